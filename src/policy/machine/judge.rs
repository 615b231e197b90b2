//! One check on one input: its optional rules in their order, and findings out of what `deny` says.

use super::library::{Library, Target};
use super::run::{Keep, Machine, Ran, Shared, Stop};
use super::value::Value;
use crate::model::check::{Check, Severity};
use crate::model::pointer;
use crate::policy::engine::worker::{At, Local, LocalFinding, evaluating};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

/// The rules of a check.
#[derive(Clone, Debug)]
pub struct Entry {
    deny: Target,
    applies: Option<Target>,
    not_assessed: Option<Target>,
}

impl Entry {
    /// Finds them; `None` when the check or a library that it needs has no code.
    pub fn of(library: &Library<'_>, check: &Check) -> Option<Entry> {
        let complete = library.has(&check.package) && check.analysis.libraries.iter().all(|l| library.has(l));
        let find = |name: &str| library.find(&check.package, name);
        let optional = |has: bool, name: &str| if has { find(name).map(Some) } else { Some(None) };
        if !complete {
            return None;
        }
        Some(Entry {
            deny: find("deny")?,
            applies: optional(check.analysis.has_applies, "applies")?,
            not_assessed: optional(check.analysis.has_not_assessed, "not_assessed")?,
        })
    }
}

/// Evaluates a check. Errors, timeouts and panics are outcomes.
pub fn evaluate<'t>(shared: Shared<'t>, keep: &mut Keep, check: &Check, entry: &Entry, input: Value<'t>) -> Local {
    let run = AssertUnwindSafe(|| local(shared, keep, check, entry, input));
    match evaluating(|| std::panic::catch_unwind(run)) {
        Ok(Ok(local)) => local,
        Ok(Err(Stop::Error(what))) => Local::Error(what.into()),
        Ok(Err(Stop::Time)) => {
            Local::Error(format!("{}: stopped after {} ms", check.file, shared.limit.as_millis()).into())
        }
        Err(_) => {
            *keep = Keep::default();
            Local::Error(format!("{}: evaluation broke on this input (check {})", check.file, check.id).into())
        }
    }
}

fn local<'t>(shared: Shared<'t>, keep: &mut Keep, check: &Check, entry: &Entry, input: Value<'t>) -> Ran<Local> {
    let mut machine = Machine::new(shared, keep, input);
    if let Some(applies) = entry.applies
        && !matches!(machine.rule(applies)?, Value::Bool(true))
    {
        return Ok(Local::None);
    }
    let denied = machine.rule(entry.deny)?;
    let mut findings = Vec::with_capacity(denied.len());
    for (_, item) in denied.entries() {
        findings.push(finding(&item, check.severity).map_err(|e| Stop::Error(format!("{}: {e}", check.file)))?);
    }
    if !findings.is_empty() {
        findings.sort();
        return Ok(Local::Fail(findings.into()));
    }
    if let Some(rule) = entry.not_assessed {
        let reasons = machine.rule(rule)?;
        if let Some((_, reason)) = reasons.entries().next() {
            let text = reason.as_str().map_or_else(|| reason.json().to_string(), str::to_owned);
            return Ok(Local::NotAssessed(text.into()));
        }
    }
    Ok(Local::Pass)
}

fn finding(item: &Value<'_>, severity: Severity) -> Result<LocalFinding, String> {
    let text = |key: &str| item.field(key).as_str().map(Arc::<str>::from);
    let Some(path) = text("path") else { return Err(format!("a finding has no `path`: {}", item.json())) };
    let Some(message) = text("msg") else { return Err(format!("a finding has no `msg`: {}", item.json())) };
    if !pointer::is_valid(&path) {
        return Err(format!("a finding's `path` {path:?} is not a JSON pointer"));
    }
    let at = match text("at").as_deref() {
        None => At::Place,
        Some("pod") => At::Pod,
        Some("object") => At::Object,
        Some(other) => return Err(format!("a finding's `at` is {other:?}; it can be \"pod\" or \"object\"")),
    };
    let own = match text("severity") {
        Some(s) => s.parse::<Severity>()?.max(severity),
        None => severity,
    };
    let fix = match item.field("fix") {
        Value::Undefined => String::new(),
        fix => serde_json::to_string_pretty(&fix.json()).map_err(|e| e.to_string())?,
    };
    Ok(LocalFinding {
        path,
        message,
        at,
        severity: own,
        fix: fix.into(),
        related: text("object").unwrap_or_else(|| "".into()),
        sensitive: matches!(item.field("sensitive"), Value::Bool(true)),
    })
}

//! `audit checks list`.

use super::Form;
use super::subject::Subject;
use crate::cli::{Error, Exit, Result, terminal};
use crate::model::check::{Check, Scope, Severity};
use crate::policy::catalog::Catalog;
use crate::policy::kinds;
use crate::policy::metadata::suggestion;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;
use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::{Padding, Style, Width};

const AFTER_HELP: &str = "\
Examples:
  audit checks list secret                      what has to do with secrets
  audit checks list --kind Service,Ingress
  audit checks list --tag pss-restricted -o json

Tags: the ids of benchmarks that use the check, `inventory` (asks for other objects), `settings` (has parameters), `optional` (runs only
when selected), `foreign` (another tool's semantics: runs only for its benchmark or format).";

/// Arguments. Within one filter any value fits, between filters all must.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// Words that id, title or description must contain
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
    /// Checks of these groups
    #[arg(long, value_delimiter = ',', help_heading = "Filters")]
    group: Vec<String>,
    /// Checks of these severities
    #[arg(long, value_delimiter = ',', help_heading = "Filters")]
    severity: Vec<Severity>,
    /// Checks that look at objects of these kinds
    #[arg(long, value_delimiter = ',', help_heading = "Filters")]
    kind: Vec<String>,
    /// Checks of these scopes
    #[arg(long, value_delimiter = ',', value_name = "container|pod|object|cluster", value_parser = scope, help_heading = "Filters")]
    scope: Vec<Scope>,
    /// Checks with these tags
    #[arg(long, value_delimiter = ',', help_heading = "Filters")]
    tag: Vec<String>,
    /// Checks of this directory, too
    #[arg(long, value_name = "DIR", help_heading = "Filters")]
    policy: Option<PathBuf>,
    /// Form of the list
    #[arg(short, long, value_name = "FORM", default_value = "table")]
    output_format: Form,
}

fn scope(word: &str) -> std::result::Result<Scope, String> {
    serde_json::from_value(serde_json::Value::String(word.to_owned()))
        .map_err(|_| "use container, pod, object or cluster".to_owned())
}

/// A check as the JSON list shows it.
#[derive(Serialize)]
struct Row<'c> {
    id: &'c str,
    group: &'c str,
    severity: Severity,
    scope: Scope,
    kinds: &'c [String],
    title: &'c str,
    description: &'c str,
    remediation: &'c str,
    points: i32,
    confidence: crate::model::check::Confidence,
    tags: Vec<&'c str>,
}

pub(super) fn run(args: &Args) -> Result {
    let subject = Subject::load(args.policy.as_deref())?;
    let catalog = &subject.catalog;
    validate(args, catalog)?;
    let mut chosen: Vec<&Check> = catalog.checks.iter().filter(|c| fits(args, catalog, c)).collect();
    chosen.sort_by_key(|c| (&c.group, c.severity, &c.id));
    match args.output_format {
        Form::Json => {
            let rows: Vec<Row<'_>> = chosen.iter().map(|c| row(catalog, c)).collect();
            terminal::print_json(&rows)?;
        }
        Form::Table if chosen.is_empty() => {
            return Err(Error::new("no check fits all of these filters; leave one out"));
        }
        Form::Table => {
            let table = table(&chosen, terminal::width());
            terminal::print(|out| writeln!(out, "{table}"))?;
            if terminal::width().is_some() {
                let plural = if chosen.len() == 1 { "" } else { "s" };
                terminal::print(|out| {
                    writeln!(out, "\n{} check{plural}; more about one: audit checks explain ID", chosen.len())
                })?;
            }
        }
    }
    Ok(Exit::Clean)
}

/// A filter that can never fit is a mistake, not an empty list.
fn validate(args: &Args, catalog: &Catalog) -> std::result::Result<(), Error> {
    let groups: BTreeSet<&str> = catalog.checks.iter().map(|c| c.group.as_str()).collect();
    let tags: BTreeSet<&str> = catalog.checks.iter().flat_map(|c| tags(catalog, c)).collect();
    for (what, words, known) in [("group", &args.group, groups), ("tag", &args.tag, tags)] {
        if let Some(word) = words.iter().find(|w| !known.contains(w.as_str())) {
            let hint = suggestion(word, known.iter().copied());
            let known: Vec<&str> = known.into_iter().collect();
            return Err(Error::new(format!("there is no {what} {word:?}{hint}\nthere are {}", known.join(", "))));
        }
    }
    Ok(())
}

fn fits(args: &Args, catalog: &Catalog, check: &Check) -> bool {
    let any = |given: bool, fits: bool| !given || fits;
    let says = |word: &String| {
        let word = word.to_lowercase();
        [&check.id, &check.title, &check.description].iter().any(|t| t.to_lowercase().contains(&word))
    };
    any(!args.group.is_empty(), args.group.contains(&check.group))
        && any(!args.severity.is_empty(), args.severity.contains(&check.severity))
        && any(!args.scope.is_empty(), args.scope.contains(&check.scope))
        && any(!args.kind.is_empty(), args.kind.iter().any(|k| looks_at(check, k)))
        && any(!args.tag.is_empty(), tags(catalog, check).iter().any(|t| args.tag.iter().any(|a| a == t)))
        && args.text.iter().all(says)
}

/// Whether a check looks at objects of a kind, written as `Kind` or `group/Kind`.
fn looks_at(check: &Check, kind: &str) -> bool {
    let (group, name) = kind.rsplit_once('/').map_or((None, kind), |(g, n)| (Some(g), n));
    // The kind of a custom resource is known without its group from the checks that name it.
    let named = check.kinds.iter().filter_map(|k| k.rsplit_once('/')).filter(|(_, n)| *n == name).map(|(g, _)| g);
    let groups: Vec<&str> = match (group, kinds::groups(name)) {
        (Some(group), _) => vec![group],
        (None, Some(groups)) => groups.to_vec(),
        (None, None) => named.collect(),
    };
    groups.iter().any(|group| {
        let of_kind = check.kinds.iter().any(|k| kinds::matches(k, group, name));
        match check.scope {
            Scope::Cluster => false,
            Scope::Object => of_kind,
            _ => kinds::template_steps(group, name).is_some() && (check.kinds.is_empty() || of_kind),
        }
    })
}

/// See the text of `--help`.
fn tags<'c>(catalog: &'c Catalog, check: &Check) -> Vec<&'c str> {
    let uses = |b: &&crate::model::benchmark::Benchmark| {
        b.controls.iter().any(|c| c.checks.contains(&check.id)) || b.rules.iter().any(|r| r.check == check.id)
    };
    let mut tags: Vec<&str> = catalog.benchmarks.iter().filter(uses).map(|b| b.id.as_str()).collect();
    let properties = [
        ("foreign", check.is_foreign()),
        ("inventory", check.analysis.deferred),
        ("optional", !check.enabled),
        ("settings", !check.params.is_empty()),
    ];
    tags.extend(properties.iter().filter(|(_, is)| *is).map(|(word, _)| *word));
    tags
}

fn row<'c>(catalog: &'c Catalog, check: &'c Check) -> Row<'c> {
    Row {
        id: &check.id,
        group: &check.group,
        severity: check.severity,
        scope: check.scope,
        kinds: &check.kinds,
        title: &check.title,
        description: &check.description,
        remediation: &check.remediation,
        points: check.points,
        confidence: check.confidence,
        tags: tags(catalog, check),
    }
}

fn table(checks: &[&Check], width: Option<u16>) -> String {
    let wide = width.is_none_or(|w| w >= 100);
    let mut builder = Builder::default();
    let record = |cells: [&str; 4]| -> Vec<String> {
        cells.iter().enumerate().filter(|(i, _)| wide || *i != 0).map(|(_, c)| (*c).to_owned()).collect()
    };
    builder.push_record(record(["GROUP", "SEVERITY", "CHECK", "WHAT IS WRONG WHEN IT FAILS"]));
    for check in checks {
        builder.push_record(record([&check.group, check.severity.word(), &check.id, &check.title]));
    }
    let mut table = builder.build();
    table.with(Style::blank()).modify(Columns::first(), Padding::new(0, 1, 0, 0));
    if let Some(width) = width {
        let longest = |text: fn(&&Check) -> usize| checks.iter().map(text).max().unwrap_or(0).max(5);
        let before = longest(|c| c.id.len()) + 8 + 8 + if wide { longest(|c| c.group.len()) + 3 } else { 0 };
        let room = usize::from(width).saturating_sub(before).max(20);
        table.modify(Columns::last(), Width::wrap(room).keep_words(true));
    }
    let text = table.to_string();
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

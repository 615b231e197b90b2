//! From verdicts to controls: what a benchmark says of a run.
//!
//! A control **fails** when a check it names has a failure; a waived one counts, because the benchmark knows no waivers, and is marked.
//! Else it is **not assessed** when anything it needs was not: a verdict without evidence (`outside` too), a check that broke or did
//! not run, or nothing of a check's kinds seen where they were not listed completely. Else it **passes** when anything passed, and else
//! it is **not applicable**: everything was looked at, and there was nothing of its kinds. A control that needs a person is
//! **manual** unless its checks fail or could not be assessed.

mod file;

pub use file::parse;

use crate::model::benchmark::{Benchmark, Control, ControlResult, Status};
use crate::model::check::{Check, Scope};
use crate::model::inventory::{Completeness, Coverage};
use crate::model::verdict::{Outcome, Reason, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// What one check said over all objects. Parts counted by several threads are added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckCounts {
    /// objects with a verdict
    pub objects: u64,
    /// objects that passed
    pub pass: u64,
    /// objects with an unwaived finding
    pub fail: u64,
    /// objects whose findings are all waived
    pub waived: u64,
    /// objects without evidence, `outside` left out
    pub not_assessed: u64,
    /// objects not assessed because a kind was never part of the run
    pub outside: u64,
    /// objects on which the check broke
    pub errors: u64,
    /// why objects were not assessed, and how many
    pub reasons: BTreeMap<Reason, u64>,
    /// why there may be objects that nobody saw; asked only when there is no verdict ([`unseen`])
    pub unseen: Option<Reason>,
}

impl CheckCounts {
    /// Counts a verdict.
    pub fn add(&mut self, verdict: &Verdict) {
        let outcome = verdict.outcome();
        self.count(outcome, verdict.reason.as_ref(), 1);
    }

    /// Counts verdicts by outcome; `reason` belongs to those that are not assessed.
    pub fn count(&mut self, outcome: Outcome, reason: Option<&Reason>, times: u64) {
        self.objects += times;
        match outcome {
            Outcome::Pass => self.pass += times,
            Outcome::Fail => self.fail += times,
            Outcome::Waived => self.waived += times,
            Outcome::Error => self.errors += times,
            Outcome::NotAssessed if matches!(reason, Some(Reason::Outside(_))) => self.outside += times,
            Outcome::NotAssessed => self.not_assessed += times,
        }
        if let (Outcome::NotAssessed, Some(reason)) = (outcome, reason) {
            *self.reasons.entry(reason.clone()).or_default() += times;
        }
    }

    /// Adds what another thread counted, or another check of the same control.
    pub fn merge(&mut self, other: &CheckCounts) {
        self.objects += other.objects;
        self.pass += other.pass;
        self.fail += other.fail;
        self.waived += other.waived;
        self.not_assessed += other.not_assessed;
        self.outside += other.outside;
        self.errors += other.errors;
        for (reason, times) in &other.reasons {
            *self.reasons.entry(reason.clone()).or_default() += times;
        }
        self.unseen = self.unseen.take().or_else(|| other.unseen.clone());
    }
}

/// Why a check without a verdict may have objects that nobody saw; `None` when all of its kinds were listed completely.
pub fn unseen(check: &Check, coverage: &Coverage) -> Option<Reason> {
    let whole;
    let kinds: &[String] = match check.scope {
        Scope::Cluster => return None,
        _ if check.kinds.is_empty() => {
            whole = ["Pod".to_owned()];
            &whole
        }
        _ => &check.kinds,
    };
    kinds.iter().find_map(|kind| {
        let kind = kind.strip_prefix("*/").unwrap_or(kind);
        let name = || kind.into();
        match coverage.of(kind).0 {
            Completeness::Complete | Completeness::Absent => None,
            Completeness::Outside | Completeness::Skipped => Some(Reason::Outside(name())),
            Completeness::Denied => Some(Reason::Denied(name())),
            Completeness::Partial | Completeness::Mixed => Some(Reason::Partial(name())),
            Completeness::Failed => Some(Reason::Failed(name())),
            Completeness::Deadline => Some(Reason::Deadline(name())),
        }
    })
}

/// The controls of a benchmark. `counts` gives what a check said, `None` when it did not run; `objects` is how many the run saw.
pub fn controls<'c>(
    benchmark: &Benchmark,
    counts: &dyn Fn(&str) -> Option<&'c CheckCounts>,
    objects: u64,
) -> Vec<ControlResult> {
    benchmark.controls.iter().map(|c| control(c, counts, objects)).collect()
}

fn control<'c>(control: &Control, counts: &dyn Fn(&str) -> Option<&'c CheckCounts>, objects: u64) -> ControlResult {
    let mut sum = CheckCounts::default();
    let mut missing: Vec<String> = Vec::new();
    let mut unseen: BTreeSet<&Reason> = BTreeSet::new();
    for id in &control.checks {
        match counts(id) {
            Some(of_check) => {
                sum.merge(of_check);
                unseen.extend(of_check.unseen.as_ref().filter(|_| of_check.objects == 0));
            }
            None => missing.push(format!("{id} did not run")),
        }
    }
    // With several checks an object may have several verdicts.
    let noun = if control.checks.len() == 1 { "object" } else { "verdict" };
    let failed = sum.fail + sum.waived;
    missing.splice(0..0, reasons(unseen.into_iter().chain(sum.reasons.keys())));
    if sum.errors > 0 {
        missing.push(format!("broke on {}", of(sum.errors, noun)));
    }
    let not_assessed = !missing.is_empty() || sum.not_assessed + sum.outside > 0;
    let passes = (sum.pass > 0).then(|| plural(sum.pass, noun, "passes", "pass"));
    let mut evidence: Vec<String> = Vec::new();
    let status = if failed > 0 {
        let waived = match sum.waived {
            0 => String::new(),
            n if n == failed => ", waived".into(),
            n => format!(", {n} of them waived"),
        };
        evidence.push(plural(failed, noun, "fails", "fail") + &waived);
        Status::Fail
    } else if not_assessed {
        evidence.extend(missing);
        evidence.extend(passes);
        Status::NotAssessed
    } else if control.manual.is_some() || control.checks.is_empty() {
        evidence.extend(passes);
        evidence.extend(control.manual.clone());
        Status::Manual
    } else if let Some(passes) = passes {
        evidence.push(passes);
        Status::Pass
    } else {
        evidence.push(format!("none of {} is of its kinds", of(objects, "object")));
        Status::NotApplicable
    };
    ControlResult {
        id: control.id.clone(),
        title: control.title.clone(),
        status,
        checks: control.checks.clone(),
        evidence: evidence.join("; "),
        waived: failed > 0 && sum.fail == 0,
    }
}

/// Reasons in words, one entry for each sort of reason.
fn reasons<'r>(reasons: impl Iterator<Item = &'r Reason>) -> Vec<String> {
    let mut sorts: BTreeMap<(u8, &str), BTreeSet<&str>> = BTreeMap::new();
    for reason in reasons {
        let sort = match reason {
            Reason::Outside(_) => (0, "needs "),
            Reason::Denied(_) => (1, "not allowed to read "),
            Reason::Partial(_) => (2, "read in part: "),
            Reason::Failed(_) => (3, "could not read "),
            Reason::Deadline(_) => (4, "no time to read "),
            Reason::Check(_) => (5, ""),
        };
        sorts.entry(sort).or_default().insert(reason.detail());
    }
    sorts
        .into_iter()
        .map(|((_, sort), what)| sort.to_owned() + &what.into_iter().collect::<Vec<_>>().join(", "))
        .collect()
}

fn of(n: u64, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

fn plural(n: u64, noun: &str, one: &str, many: &str) -> String {
    format!("{} {}", of(n, noun), if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests;

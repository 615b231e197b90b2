//! The account of a run in words and rows that all formats for people share: what failed and passed, what did not count
//! and why, what to repair first. Texts are neutral (see [`text::clean`]) but not yet escaped for a format.

use super::shown::Item;
use super::{View, tenths, text};
use crate::model::benchmark::{ControlResult, Status};
use crate::model::check::{FOREIGN_GROUPS, Severity};
use crate::model::inventory::{Completeness, Gap, KindCoverage};
use crate::model::report::{CheckInfo, Report, Score, WaiverInfo};
use crate::model::verdict::{Outcome, Reason};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Checks that count: those of foreign groups are only in their benchmark's results.
pub fn checks(report: &Report) -> impl Iterator<Item = &CheckInfo> {
    report.checks.iter().filter(|c| !FOREIGN_GROUPS.contains(&&*c.group))
}

/// `F`, `no grade`, `nothing assessed`.
pub fn grade(score: &Score) -> &'static str {
    match (score.percent(), score.grade()) {
        (None, _) => "nothing assessed",
        (_, None) => "no grade",
        (_, Some(grade)) => grade.letter(),
    }
}

/// `75 %  coverage 62 %`; without the coverage when that is all and need not be said; empty when nothing was assessed.
pub fn percent(score: &Score, say_all: bool) -> String {
    let Some(percent) = score.percent() else { return String::new() };
    match score.coverage().map(tenths).filter(|c| say_all || *c < 100.0) {
        Some(coverage) => format!("{} %  coverage {coverage} %", tenths(percent)),
        None => format!("{} %", tenths(percent)),
    }
}

/// `75.0`; a dash when nothing was assessed.
pub fn percent_cell(score: &Score) -> String {
    score.percent().map_or_else(|| "-".to_owned(), |p| format!("{:.1}", tenths(p)))
}

/// `1 critical, 1 high failed; 41 passed; 1 waived; 9 need more than was given`.
pub fn counts(report: &Report) -> String {
    let score = &report.score;
    let failed: Vec<String> = Severity::ALL
        .iter()
        .filter(|s| score.failed(**s) > 0)
        .map(|s| format!("{} {s}", text::number(score.failed(*s))))
        .collect();
    let mut parts = Vec::new();
    match failed.is_empty() {
        false => parts.push(format!("{} failed", failed.join(", "))),
        true if score.total(|t| t.passed + t.waived) > 0 => parts.push("nothing failed".to_owned()),
        true => {}
    }
    let outside = score.total(|t| t.outside);
    for (n, what) in [
        (score.total(|t| t.passed), "passed"),
        (score.total(|t| t.errors), "broke"),
        (score.total(|t| t.waived), "waived"),
        (score.total(|t| t.not_assessed), "not assessed"),
        (outside, if outside == 1 { "needs more than was given" } else { "need more than was given" }),
    ] {
        if n > 0 {
            parts.push(format!("{} {what}", text::number(n)));
        }
    }
    if parts.is_empty() {
        parts.push(if report.objects.is_empty() { "no object was audited" } else { "no check applied" }.to_owned());
    }
    parts.join("; ")
}

/// `214 objects in 57 files, 88 kinds of check`.
pub fn extent(report: &Report) -> String {
    let objects = report.objects.iter().filter(|o| !o.synthetic);
    let files: BTreeSet<&str> = objects.clone().map(|o| o.origin.file()).filter(|f| !f.is_empty()).collect();
    let mut said = text::count(objects.count() as u64, "object", "objects");
    if !files.is_empty() {
        said = format!("{said} in {}", text::count(files.len() as u64, "file", "files"));
    }
    format!("{said}, {}", text::count(checks(report).count() as u64, "kind of check", "kinds of check"))
}

/// That some severities failed and are not shown.
pub fn hidden(report: &Report, view: &View) -> Option<String> {
    let only = view.severities.as_ref()?;
    let hidden = Severity::ALL.iter().filter(|s| !only.contains(s)).map(|s| report.score.failed(*s)).sum();
    let words: Vec<&str> = only.iter().map(|s| s.word()).collect();
    let rest = text::count(hidden, "other failure is not", "other failures are not");
    (hidden > 0).then(|| format!("only {} findings are shown; {rest}", words.join(", ")))
}

/// What makes the audit incomplete.
pub fn incomplete(report: &Report) -> Option<String> {
    let (gaps, errors) = (report.gaps.len() as u64, report.score.total(|t| t.errors));
    let mut parts = Vec::new();
    if gaps > 0 {
        parts.push(format!("{} not read", text::count(gaps, "input was", "inputs were")));
    }
    if errors > 0 {
        parts.push(format!("{} not be evaluated", text::count(errors, "verdict could", "verdicts could")));
    }
    let rest = if report.objects.is_empty() { "" } else { "; everything else was audited" };
    (!parts.is_empty()).then(|| format!("{}{rest}", parts.join(" and ")))
}

/// `deploy.yaml:12:3: mapping values are not allowed here`.
pub fn gap(gap: &Gap) -> String {
    let what = text::clean(&gap.what);
    let place = match (gap.line, gap.column) {
        (0, _) => what.into_owned(),
        (line, 0) => format!("{what}:{line}"),
        (line, column) => format!("{what}:{line}:{column}"),
    };
    format!("{place}: {}", text::clean(&gap.detail))
}

/// Broken checks: `host-pid on Pod web/frontend: host_pid.rego:12: ...`.
pub fn errors(report: &Report) -> impl Iterator<Item = String> {
    report.verdicts.iter().flat_map(|v| {
        v.errors.iter().map(|error| {
            let object = text::object(&report.objects[v.object as usize].id);
            let id = text::clean(&report.checks[v.check as usize].id);
            format!("{id} on {object}: {}", text::clean(error))
        })
    })
}

/// Reasons for which something is not assessed, each with its checks and how often. What was never part of the run and
/// is not listed one by one is known by its check only.
pub fn not_assessed(report: &Report) -> BTreeMap<String, BTreeMap<&str, u64>> {
    let mut reasons: BTreeMap<String, BTreeMap<&str, u64>> = BTreeMap::new();
    let mut listed: BTreeMap<&str, u64> = BTreeMap::new();
    for v in &report.verdicts {
        if let (Outcome::NotAssessed, Some(reason)) = (v.outcome(), &v.reason) {
            let id = &*report.checks[v.check as usize].id;
            if matches!(reason, Reason::Outside(_)) {
                *listed.entry(id).or_default() += 1;
            }
            *reasons.entry(text::reason(reason)).or_default().entry(id).or_default() += 1;
        }
    }
    for check in checks(report) {
        let rest = check.outside.saturating_sub(listed.get(&*check.id).copied().unwrap_or(0));
        if rest > 0 {
            let why = "needs objects that were not part of this run".to_owned();
            *reasons.entry(why).or_default().entry(&check.id).or_default() += rest;
        }
    }
    reasons
}

/// `host-pid, run-as-non-root 3`.
pub fn ids<'a>(counts: impl IntoIterator<Item = (&'a str, u64)>) -> String {
    let said = counts.into_iter().map(|(id, n)| match n {
        1 => text::clean(id).into_owned(),
        n => format!("{} {}", text::clean(id), text::number(n)),
    });
    said.collect::<Vec<_>>().join(", ")
}

/// Waivers that need a hand: expired ones and those that match nothing.
pub fn warnings(report: &Report) -> Vec<String> {
    let say = |w: &WaiverInfo| format!("{} at {}", text::clean(&w.checks.join(", ")), text::clean(&w.location));
    let expired = report.expired_waivers.iter();
    let expired = expired
        .map(|w| format!("the waiver of {} expired on {} and no longer counts", say(w), text::clean(&w.expires)));
    let unused = report.unused_waivers.iter().map(|w| format!("the waiver of {} matches nothing; remove it", say(w)));
    expired.chain(unused).collect()
}

/// What the comparison with the baseline says.
pub fn baseline(report: &Report) -> Option<String> {
    let b = report.baseline.as_ref()?;
    Some(format!("since {}: {} new, {} fixed", text::clean(&b.path), text::number(b.new), text::number(b.fixed)))
}

/// Kinds that were not read completely, with the words for it.
pub fn not_seen(report: &Report) -> impl Iterator<Item = (&KindCoverage, String)> {
    report.coverage.iter().filter_map(|kind| {
        let what = match kind.status {
            Completeness::Complete | Completeness::Absent | Completeness::Outside => return None,
            Completeness::Partial => "read in part",
            Completeness::Mixed => "its pages are of different moments",
            Completeness::Denied => "denied",
            Completeness::Failed => "failed",
            Completeness::Skipped => "not asked for",
            Completeness::Deadline => "not read before the deadline",
        };
        let reason = if kind.reason.is_empty() { String::new() } else { format!(" ({})", text::clean(&kind.reason)) };
        Some((kind, format!("{}: {what}{reason}", text::clean(&kind.kind))))
    })
}

/// Findings of one severity and check: the objects that have them.
pub struct Cause {
    pub severity: Severity,
    pub check: u32,
    pub objects: Vec<u32>,
}

/// Causes, worst first, then by how many objects they touch.
pub fn causes(items: &[Item<'_>]) -> Vec<Cause> {
    let mut causes: BTreeMap<(Severity, u32), Vec<u32>> = BTreeMap::new();
    for item in items {
        let objects = causes.entry((item.severity(), item.verdict.check)).or_default();
        if objects.last() != Some(&item.verdict.object) {
            objects.push(item.verdict.object);
        }
    }
    let mut causes: Vec<Cause> =
        causes.into_iter().map(|((severity, check), objects)| Cause { severity, check, objects }).collect();
    causes.sort_by_key(|c| (c.severity, Reverse(c.objects.len()), c.check));
    causes
}

/// `Deployment team-01/agent, team-07/builder and 39 more in 12 namespaces`.
pub fn first_of(report: &Report, objects: &[u32]) -> String {
    const FIRST: usize = 3;
    let id = |i: &u32| &report.objects[*i as usize].id;
    let mut said = String::new();
    let mut kind = "";
    for id in objects.iter().take(FIRST).map(id) {
        if !said.is_empty() {
            said.push_str(", ");
        }
        if *id.kind == *kind {
            said.push_str(&text::full_name(id));
        } else {
            said.push_str(&text::object(id));
            kind = &id.kind;
        }
    }
    if objects.len() > FIRST {
        let namespaces: BTreeSet<&str> = objects.iter().map(|i| &*id(i).namespace).collect();
        said.push_str(&format!(" and {} more", text::number((objects.len() - FIRST) as u64)));
        if namespaces.len() > 1 {
            said.push_str(&format!(" in {} namespaces", namespaces.len()));
        }
    }
    said
}

/// A namespace and what it could enforce today.
pub struct Namespace<'r> {
    /// empty for objects outside of namespaces
    pub name: &'r str,
    pub score: Score,
    pub level: Option<&'r str>,
}

/// Namespaces, worst first; none when no object has one.
pub fn namespaces(report: &Report) -> Vec<Namespace<'_>> {
    let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
    for o in report.objects.iter().filter(|o| !o.synthetic) {
        scores.entry(&o.id.namespace).or_default().add(&o.score);
    }
    if scores.keys().all(|n| n.is_empty()) {
        return vec![];
    }
    let enforceable = report.benchmarks.iter().flat_map(|b| &b.enforceable);
    let levels: BTreeMap<&str, &str> = enforceable.map(|e| (e.namespace.as_str(), e.level.as_str())).collect();
    let mut rows: Vec<Namespace<'_>> =
        scores.into_iter().map(|(name, score)| Namespace { name, score, level: levels.get(name).copied() }).collect();
    rows.sort_by_key(|n| (Reverse(Severity::ALL.map(|s| n.score.failed(s))), n.name));
    rows
}

/// `71 pass, 18 fail, 13 manual, 29 not assessed`.
pub fn states(controls: &[ControlResult]) -> String {
    [Status::Pass, Status::Fail, Status::Manual, Status::NotAssessed, Status::NotApplicable]
        .into_iter()
        .map(|s| (controls.iter().filter(|c| c.status == s).count(), state(s)))
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{n} {word}"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The word for a control's state.
pub fn state(status: Status) -> &'static str {
    match status {
        Status::Fail => "fail",
        Status::NotAssessed => "not assessed",
        Status::Pass => "pass",
        Status::Manual => "manual",
        Status::NotApplicable => "not applicable",
    }
}

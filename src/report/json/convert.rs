//! From the report to its JSON shape, one item at a time.

use super::shape;
use crate::model::check::Severity;
use crate::model::object::Origin;
use crate::model::report::{BenchmarkResult, ObjectRow, Report, Score, Tally};
use crate::model::verdict::{Finding, Outcome, Reason, Verdict};
use crate::report::{View, account, tenths};
use serde_json::Value;

/// Whether the view lists a verdict.
pub(super) fn is_shown(report: &Report, view: &View, verdict: &Verdict) -> bool {
    let listed = match verdict.outcome() {
        Outcome::Pass => view.include_passed,
        Outcome::NotAssessed => view.include_passed || !matches!(verdict.reason, Some(Reason::Outside(_))),
        _ => true,
    };
    listed
        && if verdict.findings.is_empty() {
            view.shows(severity(report, verdict))
        } else {
            verdict.findings.iter().any(|f| view.shows(f.severity))
        }
}

fn severity(report: &Report, verdict: &Verdict) -> Severity {
    verdict.worst().unwrap_or(report.checks[verdict.check as usize].severity)
}

pub(super) fn summary(report: &Report) -> shape::Summary {
    shape::Summary {
        objects: report.objects.iter().filter(|o| !o.synthetic).count() as u64,
        checks: account::checks(report).count() as u64,
        incomplete: report.is_incomplete(),
        points: report.score.points,
        percent: report.score.percent().map(tenths),
        grade: report.score.grade(),
        coverage: report.score.coverage().map(tenths),
        by_severity: by_severity(&report.score),
    }
}

fn by_severity(score: &Score) -> shape::BySeverity {
    let [critical, high, medium, low, info] = score.by_severity;
    shape::BySeverity { critical, high, medium, low, info }
}

/// Back from the shape.
pub(super) fn score(points: i64, by: &shape::BySeverity) -> Score {
    let by_severity: [Tally; 5] = [by.critical, by.high, by.medium, by.low, by.info];
    Score { points, by_severity }
}

pub(super) fn object(index: u32, row: &ObjectRow) -> shape::Object {
    let source = match &row.origin {
        Origin::File { path, document, line, template } => shape::Source {
            file: Some(path.clone()),
            document: Some(*document),
            line: Some(*line),
            template: template.clone(),
            cluster: None,
        },
        Origin::Cluster { context } => shape::Source { cluster: Some(context.clone()), ..Default::default() },
        Origin::Run => shape::Source::default(),
    };
    shape::Object {
        index,
        api_version: row.id.api_version.clone(),
        kind: row.id.kind.clone(),
        namespace: row.id.namespace.clone(),
        name: row.id.name.clone(),
        source,
        synthetic: row.synthetic,
        score: shape::ObjectScore {
            points: row.score.points,
            percent: row.score.percent().map(tenths),
            grade: row.score.grade(),
            by_severity: by_severity(&row.score),
        },
    }
}

pub(super) fn result(report: &Report, verdict: &Verdict) -> shape::Result {
    let check = &report.checks[verdict.check as usize];
    let outcome = verdict.outcome();
    let points = match outcome {
        Outcome::Pass if check.points > 0 => check.points,
        Outcome::Fail if check.points < 0 => check.points,
        _ => 0,
    };
    shape::Result {
        check: check.id.clone(),
        severity: severity(report, verdict),
        object: verdict.object,
        outcome,
        reason: verdict.reason.as_ref().map(why),
        detail: verdict.reason.as_ref().map(|r| r.detail().clone()),
        points,
        findings: verdict.findings.iter().map(|f| finding(report, verdict, f)).collect(),
        errors: verdict.errors.clone(),
        evidence: verdict.evidence.as_deref().map(embed),
    }
}

fn why(reason: &Reason) -> shape::Why {
    match reason {
        Reason::Outside(_) => shape::Why::Outside,
        Reason::Denied(_) => shape::Why::Denied,
        Reason::Partial(_) => shape::Why::Partial,
        Reason::Failed(_) => shape::Why::Failed,
        Reason::Deadline(_) => shape::Why::Deadline,
        Reason::Check(_) => shape::Why::Check,
    }
}

fn finding(report: &Report, verdict: &Verdict, f: &Finding) -> shape::Finding {
    shape::Finding {
        place: f.place.clone(),
        pointer: f.pointer.clone(),
        stable: (f.stable != f.pointer).then(|| f.stable.clone()),
        missing: !f.exists,
        severity: f.severity,
        line: f.start.line,
        column: f.start.column,
        end_line: f.end.line,
        end_column: f.end.column,
        message: f.message.clone(),
        value: if f.sensitive { "".into() } else { f.value.clone() },
        sensitive: f.sensitive,
        fingerprint: report.fingerprint(verdict, f).to_string(),
        fixable: !f.fix.is_empty(),
        fix: (!f.fix.is_empty()).then(|| embed(&f.fix)),
        related: f.related.clone(),
        waiver: f.waiver,
        known: f.known,
    }
}

pub(super) fn benchmark(report: &Report, view: &View, b: &BenchmarkResult) -> shape::Benchmark {
    let shown = b.results.iter().filter(|v| is_shown(report, view, v));
    shape::Benchmark {
        id: b.id.clone(),
        title: b.title.clone(),
        version: b.version.clone(),
        controls: b.controls.clone(),
        results: shown.map(|v| result(report, v)).collect(),
        enforceable: b.enforceable.clone(),
    }
}

pub(super) fn waivers(report: &Report) -> shape::Waivers {
    shape::Waivers {
        used: report.waivers.clone(),
        unused: report.unused_waivers.clone(),
        expired: report.expired_waivers.clone(),
    }
}

/// JSON text as the JSON that it is; as a string when the text could not be had back from that. [`unembed`] is its
/// inverse.
fn embed(text: &str) -> Value {
    match serde_json::from_str::<Value>(text) {
        Ok(value) if !value.is_string() && serde_json::to_string(&value).is_ok_and(|t| t == text) => value,
        _ => Value::String(text.to_owned()),
    }
}

/// The text that [`embed`] was given.
pub(super) fn unembed(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

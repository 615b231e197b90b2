//! SARIF 2.1.0, for code scanning: one run, a rule per check, a result per finding.
//!
//! Gaps, broken checks and what could not be assessed are notifications of the run, and a run with a gap or a broken check is not
//! `executionSuccessful`: an empty list of results must not look like a clean bill. Waived findings are results with a
//! suppression. Results are written one by one.

use super::json::{Each, Lines};
use super::{View, tenths};
use crate::model::check::{Confidence, Severity};
use crate::model::object::Origin;
use crate::model::report::{CheckInfo, Report, WaiverInfo};
use crate::model::verdict::{Finding, Outcome, Verdict};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

mod shape;

use shape::*;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes the report as SARIF.
pub fn write(report: &Report, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    let files = files(report);
    let files = &files;
    let mut paths: Vec<(&str, u32)> = files.iter().map(|(path, i)| (*path, *i)).collect();
    paths.sort_by_key(|p| p.1);
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: "audit",
                full_name: "kube-audit",
                semantic_version: env!("CARGO_PKG_VERSION"),
                information_uri: env!("CARGO_PKG_REPOSITORY"),
                rules: Each(|| report.checks.iter().map(rule)),
            },
        },
        invocations: [Invocation {
            execution_successful: !report.is_incomplete(),
            start_time_utc: &report.run.started,
            tool_execution_notifications: notifications(report, files),
        }],
        column_kind: "unicodeCodePoints",
        original_uri_base_ids: BaseIds {
            root: Described { description: "the directory in which audit was run".into() },
        },
        artifacts: Each(|| paths.iter().map(|(path, _)| Artifact { location: artifact(path, None) })),
        results: Each(|| results(report, view, files)),
        properties: RunProperties {
            target: &report.run.target,
            percent: report.score.percent().map(tenths),
            grade: report.score.grade().map(|g| g.letter()),
            coverage: report.score.coverage().map(tenths),
        },
    };
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let mut json = serde_json::Serializer::with_formatter(&mut out, Lines::to_depth(4));
    Log { schema: SCHEMA, version: "2.1.0", runs: [run] }.serialize(&mut json)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Files of the run, numbered in order of first appearance.
fn files(report: &Report) -> BTreeMap<&str, u32> {
    let mut files = BTreeMap::new();
    for object in &report.objects {
        if let Origin::File { path, .. } = &object.origin {
            let next = files.len() as u32;
            files.entry(&**path).or_insert(next);
        }
    }
    files
}

fn rule(check: &CheckInfo) -> Rule<'_> {
    let description = if check.description.is_empty() { &check.title } else { &check.description };
    Rule {
        id: &check.id,
        short_description: (&*check.title).into(),
        full_description: (&**description).into(),
        help_uri: super::help_uri(check),
        help: (&*check.remediation).into(),
        default_configuration: Configuration { level: level(check.severity) },
        properties: RuleProperties {
            tags: ["security", "kubernetes", &check.group],
            precision: match check.confidence {
                Confidence::High => "high",
                Confidence::Medium => "medium",
                Confidence::Low => "low",
            },
            security_severity: ["9.5", "8.0", "5.5", "3.0", "0.0"][check.severity as usize],
        },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

fn results<'a>(
    report: &'a Report,
    view: &'a View,
    files: &'a BTreeMap<&str, u32>,
) -> impl Iterator<Item = shape::Result<'a>> {
    report.verdicts.iter().flat_map(move |v| {
        let found = v.findings.iter().filter(|f| view.shows(f.severity)).map(move |f| result(report, v, f, files));
        let other = view.include_passed.then(|| unfound(report, view, v, files)).flatten();
        found.chain(other)
    })
}

fn result<'a>(report: &'a Report, v: &'a Verdict, f: &'a Finding, files: &BTreeMap<&str, u32>) -> shape::Result<'a> {
    shape::Result {
        rule_id: &report.checks[v.check as usize].id,
        rule_index: v.check,
        kind: "fail",
        level: level(f.severity),
        message: match &*f.place {
            "" => (&*f.message).into(),
            place => Message { text: format!("{place}: {}", Message::from(&*f.message).text).into() },
        },
        locations: [location(report, v, Some(f), files)],
        partial_fingerprints: Some(Fingerprints { v1: report.fingerprint(v, f).to_string() }),
        baseline_state: report.baseline.is_some().then_some(if f.known { "unchanged" } else { "new" }),
        suppressions: f.waiver.map(|w| suppression(&report.waivers[w as usize])).into_iter().collect(),
        properties: ResultProperties {
            severity: f.severity,
            pointer: Some(&f.pointer),
            value: if f.sensitive { "" } else { &f.value },
            related: &f.related,
            fixable: !f.fix.is_empty(),
        },
    }
}

/// A pass, or what was not assessed, when those are listed.
fn unfound<'a>(
    report: &'a Report,
    view: &View,
    v: &'a Verdict,
    files: &BTreeMap<&str, u32>,
) -> Option<shape::Result<'a>> {
    let check = &report.checks[v.check as usize];
    let (kind, text) = match (v.outcome(), &v.reason) {
        _ if !view.shows(check.severity) => return None,
        (Outcome::Pass, _) => ("pass", "passed".to_owned()),
        (Outcome::NotAssessed, Some(reason)) => ("open", format!("not assessed: {}", super::text::reason(reason))),
        _ => return None,
    };
    Some(shape::Result {
        rule_id: &check.id,
        rule_index: v.check,
        kind,
        level: "none",
        message: Message { text: text.into() },
        locations: [location(report, v, None, files)],
        partial_fingerprints: None,
        baseline_state: None,
        suppressions: vec![],
        properties: ResultProperties {
            severity: check.severity,
            pointer: None,
            value: "",
            related: "",
            fixable: false,
        },
    })
}

fn suppression(waiver: &WaiverInfo) -> Suppression<'_> {
    Suppression {
        kind: if &*waiver.origin == "file" { "external" } else { "inSource" },
        status: "accepted",
        justification: &waiver.reason,
        properties: SuppressionProperties {
            origin: &waiver.origin,
            location: &waiver.location,
            owner: &waiver.owner,
            expires: &waiver.expires,
        },
    }
}

fn location<'a>(
    report: &'a Report,
    v: &Verdict,
    finding: Option<&Finding>,
    files: &BTreeMap<&str, u32>,
) -> Location<'a> {
    let object = &report.objects[v.object as usize];
    let physical_location = match &object.origin {
        Origin::File { path, line, .. } => Some(PhysicalLocation {
            artifact_location: artifact(path, files.get(&**path).copied()),
            region: region(finding, *line),
        }),
        _ => None,
    };
    let id = &object.id;
    let mut name = String::new();
    for part in [&id.namespace, &id.kind, &id.name] {
        if !part.is_empty() {
            if !name.is_empty() {
                name.push('/');
            }
            name.push_str(part);
        }
    }
    let logical = LogicalLocation { name: &id.name, fully_qualified_name: name, kind: "resource" };
    Location { physical_location, logical_locations: vec![logical] }
}

fn region(finding: Option<&Finding>, object_line: u32) -> Option<Region> {
    match finding {
        Some(f) if f.start.line > 0 => Some(Region {
            start_line: f.start.line,
            start_column: (f.start.column > 0).then_some(f.start.column),
            end_line: (f.end.line >= f.start.line).then_some(f.end.line),
            end_column: (f.end.line >= f.start.line && f.end.column > 0).then_some(f.end.column),
        }),
        _ => (object_line > 0).then_some(Region {
            start_line: object_line,
            start_column: None,
            end_line: None,
            end_column: None,
        }),
    }
}

/// Where a file is: below the root when its path is relative.
fn artifact(path: &str, index: Option<u32>) -> ArtifactLocation<'_> {
    if path == "-" {
        return ArtifactLocation { uri: "stdin".into(), uri_base_id: None, index };
    }
    let encoded = super::text::uri(path);
    if path.starts_with('/') {
        return ArtifactLocation { uri: format!("file://{encoded}").into(), uri_base_id: None, index };
    }
    ArtifactLocation { uri: encoded, uri_base_id: Some("%SRCROOT%"), index }
}

/// What kept the run from knowing more: gaps and broken checks are errors, what follows from them are remarks.
fn notifications<'a>(report: &'a Report, files: &BTreeMap<&str, u32>) -> Vec<Notification<'a>> {
    let say = |level, id: &str, text: Cow<'a, str>| Notification {
        level,
        message: Message { text: Message::from(&*text).text.into_owned().into() },
        descriptor: Reference { id: id.to_owned().into(), index: None },
        associated_rule: None,
        locations: vec![],
    };
    let mut all = Vec::new();
    for gap in &report.gaps {
        let mut n = say("error", &format!("gap/{}", gap.reason), format!("{}: {}", gap.what, gap.detail).into());
        let path = gap.what.split(" document ").next().unwrap_or_default();
        if gap.line > 0 {
            let column = (gap.column > 0).then_some(gap.column);
            let region = Region { start_line: gap.line, start_column: column, end_line: None, end_column: None };
            let place =
                PhysicalLocation { artifact_location: artifact(path, files.get(path).copied()), region: Some(region) };
            n.locations.push(Location { physical_location: Some(place), logical_locations: vec![] });
        }
        all.push(n);
    }
    let mut missing: BTreeMap<(u32, String), u64> = BTreeMap::new();
    for v in &report.verdicts {
        for error in &v.errors {
            let mut n = say("error", "check-error", (&**error).into());
            n.associated_rule = Some(reference(report, v.check));
            n.locations.push(location(report, v, None, files));
            all.push(n);
        }
        if let (Outcome::NotAssessed, Some(reason)) = (v.outcome(), &v.reason) {
            *missing.entry((v.check, super::text::reason(reason))).or_default() += 1;
        }
    }
    for ((check, reason), count) in missing {
        let objects = if count == 1 { "object" } else { "objects" };
        let mut n = say("note", "not-assessed", format!("not assessed on {count} {objects}: {reason}").into());
        n.associated_rule = Some(reference(report, check));
        all.push(n);
    }
    for (id, waivers, what) in [
        ("waiver/expired", &report.expired_waivers, "has expired"),
        ("waiver/unused", &report.unused_waivers, "matches nothing"),
    ] {
        for w in waivers {
            let text = format!("the waiver of {} at {} {what}", w.checks.join(", "), w.location);
            all.push(say("warning", id, text.into()));
        }
    }
    all.extend(report.notes.iter().map(|note| say("note", "note", (&**note).into())));
    all
}

fn reference(report: &Report, check: u32) -> Reference<'_> {
    Reference { id: (&*report.checks[check as usize].id).into(), index: Some(check) }
}

#[cfg(test)]
mod tests;

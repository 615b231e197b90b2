//! How completely each kind was read, as the collector accounts for it, and in the forms that the report and the checks want.

use super::targets::is_built_in;
use super::{Collected, Row};
use crate::model::inventory::{Completeness, Coverage, Gap, KindCoverage};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Row {
    /// `Kind` when Kubernetes itself serves it, else `group/Kind`.
    pub fn shown(&self) -> String {
        if is_built_in(&self.group) { self.kind.clone() } else { format!("{}/{}", self.group, self.kind) }
    }
}

/// Statuses from harmless to worst, for a pattern that stands for several kinds.
fn badness(status: Completeness) -> u8 {
    match status {
        Completeness::Absent => 0,
        Completeness::Complete => 1,
        Completeness::Outside => 2,
        Completeness::Skipped => 3,
        Completeness::Mixed => 4,
        Completeness::Partial => 5,
        Completeness::Deadline => 6,
        Completeness::Denied => 7,
        Completeness::Failed => 8,
    }
}

impl Collected {
    /// Rows for the report.
    pub fn kinds(&self) -> Vec<KindCoverage> {
        let mut out: Vec<KindCoverage> = self
            .rows
            .iter()
            .map(|r| KindCoverage {
                kind: r.shown().into(),
                status: r.status,
                items: r.items,
                reason: r.reason.as_str().into(),
            })
            .collect();
        out.sort_by(|a, b| a.kind.cmp(&b.kind));
        out
    }

    /// What checks ask: every pattern that was given, and every kind by each of its names.
    pub fn coverage(&self) -> Coverage {
        coverage(&self.rows)
    }
}

pub(super) fn coverage(rows: &[Row]) -> Coverage {
    let mut by: BTreeMap<String, (Completeness, Arc<str>)> = BTreeMap::new();
    for row in rows {
        let full = if row.group.is_empty() { row.kind.clone() } else { format!("{}/{}", row.group, row.kind) };
        let any = format!("*/{}", row.kind);
        let mut names: Vec<String> = vec![row.shown(), full];
        names.extend(row.patterns.iter().filter(|p| **p != any).cloned());
        names.sort();
        names.dedup();
        // `*/Kind` is complete only when every kind of that name is.
        names.push(any);
        for name in names {
            let reason: Arc<str> = if name == row.shown() || row.reason.is_empty() {
                row.reason.as_str().into()
            } else {
                format!("{}: {}", row.shown(), row.reason).into()
            };
            let entry = by.entry(name).or_insert_with(|| (row.status, reason.clone()));
            if badness(row.status) > badness(entry.0) {
                *entry = (row.status, reason);
            }
        }
    }
    Coverage::listed(by.into_iter().map(|(name, (status, reason))| (name, status, reason)))
}

/// A gap for what was asked for and could not be read. What the server does not have, what is behind an opt-in and what was left out by
/// `--namespace` is none.
pub(super) fn gap(row: &Row) -> Option<Gap> {
    let (reason, remedy) = match row.status {
        Completeness::Denied => ("denied", format!("; allow list on {} to the auditor", row.resource())),
        Completeness::Failed => ("failed", String::new()),
        Completeness::Deadline => ("deadline", "; give more time with --deadline".to_owned()),
        Completeness::Partial if !row.chosen => ("partial", String::new()),
        _ => return None,
    };
    let detail = format!("{}{remedy}; checks that need them are not assessed", row.reason.trim_end_matches('.'));
    Some(Gap {
        what: row.shown().into(),
        reason: reason.into(),
        detail: detail.into(),
        line: 0,
        column: 0,
        excerpt: "".into(),
    })
}

impl Row {
    fn resource(&self) -> String {
        if self.group.is_empty() { self.plural.clone() } else { format!("{}.{}", self.plural, self.group) }
    }
}

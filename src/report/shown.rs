//! What a view shows of a report's findings: filtered by severity, equal ones of several containers as one, worst first.

use super::View;
use super::text;
use crate::model::check::Severity;
use crate::model::report::{CheckInfo, ObjectRow, Report, WaiverInfo};
use crate::model::verdict::{Finding, Verdict};
use std::collections::HashMap;
use std::sync::Arc;

/// One line or block of a report for people.
#[derive(Debug)]
pub struct Item<'r> {
    /// the verdict it belongs to
    pub verdict: &'r Verdict,
    /// the finding; the first one when several say the same
    pub finding: &'r Finding,
    /// the others, of other containers of the same object
    pub more: Vec<&'r Finding>,
}

impl<'r> Item<'r> {
    pub fn severity(&self) -> Severity {
        self.finding.severity
    }

    pub fn check(&self, report: &'r Report) -> &'r CheckInfo {
        &report.checks[self.verdict.check as usize]
    }

    pub fn object(&self, report: &'r Report) -> &'r ObjectRow {
        &report.objects[self.verdict.object as usize]
    }

    pub fn waiver(&self, report: &'r Report) -> Option<&'r WaiverInfo> {
        self.finding.waiver.map(|w| &report.waivers[w as usize])
    }

    pub fn is_fixable(&self) -> bool {
        !self.finding.fix.is_empty() || self.more.iter().any(|f| !f.fix.is_empty())
    }

    /// `containers app, proxy: privileged is true`.
    pub fn message(&self) -> String {
        let message = text::clean(&self.finding.message);
        match self.places() {
            places if places.is_empty() => message.into_owned(),
            places => format!("{places}: {message}"),
        }
    }

    /// `container app`, `containers app, proxy; init container setup`; empty when the object itself is meant.
    pub fn places(&self) -> String {
        if self.more.is_empty() {
            return if &*self.finding.place == "pod" {
                String::new()
            } else {
                text::clean(&self.finding.place).into_owned()
            };
        }
        let mut kinds: Vec<(&str, Vec<&str>)> = Vec::new();
        for finding in std::iter::once(&self.finding).chain(&self.more) {
            let (kind, name) = container(&finding.place).unwrap_or(("", &finding.place));
            match kinds.iter_mut().find(|(k, _)| *k == kind) {
                Some((_, names)) => names.push(name),
                None => kinds.push((kind, vec![name])),
            }
        }
        let said = kinds.into_iter().map(|(kind, mut names)| {
            names.dedup();
            let plural = if names.len() > 1 { "s" } else { "" };
            text::clean(&format!("{kind}{plural} {}", names.join(", "))).into_owned()
        });
        said.collect::<Vec<_>>().join("; ")
    }
}

/// How a place in a container begins.
const CONTAINERS: [&str; 4] = ["container", "init container", "sidecar", "ephemeral container"];

/// `init container` and `setup`; `None` when the place is no container.
fn container(place: &str) -> Option<(&str, &str)> {
    CONTAINERS.into_iter().find_map(|kind| place.strip_prefix(kind)?.strip_prefix(' ').map(|name| (kind, name)))
}

/// Findings that count, worst first, then in order of objects and checks.
pub fn open<'r>(report: &'r Report, view: &View) -> Vec<Item<'r>> {
    let mut items = merged(report, view, |f| f.waiver.is_none());
    items.sort_by_key(|i| (i.severity(), i.verdict.object));
    items
}

/// Findings that a waiver covers, in the same order.
pub fn waived<'r>(report: &'r Report, view: &View) -> Vec<Item<'r>> {
    let mut items = merged(report, view, |f| f.waiver.is_some());
    items.sort_by_key(|i| (i.severity(), i.verdict.object));
    items
}

/// What makes findings of one verdict the same line.
type Key<'r> = (Severity, &'r str, &'r str, bool, Option<u32>);

fn merged<'r>(report: &'r Report, view: &View, wanted: impl Fn(&Finding) -> bool) -> Vec<Item<'r>> {
    report.verdicts.iter().flat_map(|v| of_verdict(v, view, &wanted)).collect()
}

/// Findings of one verdict.
pub fn of_verdict<'r>(verdict: &'r Verdict, view: &View, wanted: impl Fn(&Finding) -> bool) -> Vec<Item<'r>> {
    let mut items: Vec<Item<'r>> = Vec::new();
    let mut seen: HashMap<Key<'r>, usize> = HashMap::new();
    for finding in verdict.findings.iter().filter(|f| wanted(f) && view.shows(f.severity)) {
        if container(&finding.place).is_some() && verdict.findings.len() > 1 {
            let key = (finding.severity, &*finding.message, &*finding.related, finding.known, finding.waiver);
            if let Some(&first) = seen.get(&key) {
                items[first].more.push(finding);
                continue;
            }
            seen.insert(key, items.len());
        }
        items.push(Item { verdict, finding, more: vec![] });
    }
    items
}

/// The source lines that a view can show, sorted: read these into [`View::snippets`].
pub fn lines_to_show(report: &Report, view: &View) -> Vec<(Arc<str>, u32)> {
    let mut lines: Vec<(Arc<str>, u32)> = open(report, view)
        .iter()
        .filter(|i| !i.finding.sensitive && i.finding.start.line > 0)
        .filter_map(|i| match &i.object(report).origin {
            crate::model::object::Origin::File { path, .. } => Some((path.clone(), i.finding.start.line)),
            _ => None,
        })
        .collect();
    lines.sort();
    lines.dedup();
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{Sample, at};

    #[test]
    fn equal_messages_of_containers_are_one() {
        let mut s = Sample::new("scan", "x");
        let check = s.check("c", Severity::High, "", "");
        let pod = s.object("x", 1, "Pod", "", "p");
        let say = |place: &str, message: &str| at(&format!("/{place}"), message).place(place);
        let findings = vec![
            say("container app", "a"),
            say("container proxy", "a"),
            say("init container setup", "a"),
            say("sidecar log", "a"),
            say("container app", "b"),
            say("pod", "a"),
        ];
        s.verdict(check, pod, findings);
        let report = s.finish(false);
        let messages: Vec<String> = open(&report, &View::default()).iter().map(Item::message).collect();
        assert_eq!(messages, ["containers app, proxy; init container setup; sidecar log: a", "container app: b", "a"]);
    }
}

//! Two reports of the same thing: what is new, what was fixed, how the score moved.
//!
//! Findings are the same when their fingerprints are. A finding that is not in the newer report was *fixed* only when its check
//! was assessed on its object again; otherwise it is *gone* with its object, or *no longer assessed*. A waived finding
//! does not count: one that is waived now is *waived since*, one that no longer is was *reopened*.

use super::{View, account, tenths, text};
use crate::model::fingerprint::Fingerprint;
use crate::model::object::ObjectId;
use crate::model::report::Report;
use crate::model::verdict::{Finding, Outcome, Verdict};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

mod write;

pub use write::write;

/// How a finding stands in two reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// only in the newer report
    New,
    /// in both, and waived in the older one only
    Reopened,
    /// only in the older one, and its check passed since
    Fixed,
    /// only in the older one, and its object is not in the newer one
    Gone,
    /// only in the older one, and its check could not judge since
    NoLongerAssessed,
    /// waived since
    Waived,
    /// in both
    Unchanged,
}

impl Change {
    /// All changes, in the order in which they are told.
    pub const ALL: [Change; 7] = [
        Change::New,
        Change::Reopened,
        Change::NoLongerAssessed,
        Change::Fixed,
        Change::Gone,
        Change::Waived,
        Change::Unchanged,
    ];

    /// The word of the JSON form.
    pub fn word(self) -> &'static str {
        match self {
            Change::New => "new",
            Change::Reopened => "reopened",
            Change::Fixed => "fixed",
            Change::Gone => "gone",
            Change::NoLongerAssessed => "no-longer-assessed",
            Change::Waived => "waived",
            Change::Unchanged => "unchanged",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Change::New => "new",
            Change::Reopened => "no longer waived",
            Change::Fixed => "fixed",
            Change::Gone => "gone with their object",
            Change::NoLongerAssessed => "no longer assessed",
            Change::Waived => "waived since",
            Change::Unchanged => "unchanged",
        }
    }
}

/// One finding of either report.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'r> {
    /// how it stands
    pub change: Change,
    /// the report that it is taken from: the newer one when both have it
    pub report: &'r Report,
    /// its verdict there
    pub verdict: &'r Verdict,
    /// the finding
    pub finding: &'r Finding,
    /// what makes it the same finding in both
    pub fingerprint: Fingerprint,
}

/// Two reports, compared.
#[derive(Debug)]
pub struct Comparison<'r> {
    /// the older report
    pub old: &'r Report,
    /// the newer report
    pub new: &'r Report,
    /// findings of both, by change, then worst first
    pub entries: Vec<Entry<'r>>,
}

impl<'r> Comparison<'r> {
    /// Compares two reports.
    pub fn of(old: &'r Report, new: &'r Report) -> Comparison<'r> {
        let mut before = by_fingerprint(old, |f| f.waiver.is_none());
        let mut waived_before = by_fingerprint(old, |f| f.waiver.is_some());
        let waived = by_fingerprint(new, |f| f.waiver.is_some());
        let mut entries = Vec::new();
        for (fingerprint, found) in by_fingerprint(new, |f| f.waiver.is_none()) {
            let mut known = before.remove(&fingerprint).map_or(0, |f| f.len());
            let mut waived = waived_before.remove(&fingerprint).map_or(0, |f| f.len());
            for (verdict, finding) in found {
                let change = match (known, waived) {
                    (1.., _) => Change::Unchanged,
                    (0, 1..) => Change::Reopened,
                    (0, 0) => Change::New,
                };
                waived -= usize::from(change == Change::Reopened);
                known -= usize::from(change == Change::Unchanged);
                entries.push(Entry { change, report: new, verdict, finding, fingerprint });
            }
        }
        let sight = Sight::of(new);
        for (fingerprint, found) in before {
            for (verdict, finding) in found {
                let change = match waived.contains_key(&fingerprint) {
                    true => Change::Waived,
                    false => sight.of_missing(old, verdict),
                };
                entries.push(Entry { change, report: old, verdict, finding, fingerprint });
            }
        }
        let order = |c: Change| Change::ALL.iter().position(|x| *x == c);
        entries.sort_by(|a, b| {
            let key = |e: &Entry<'_>| (order(e.change), e.finding.severity, e.verdict.object, e.verdict.check);
            key(a).cmp(&key(b)).then_with(|| a.finding.pointer.cmp(&b.finding.pointer))
        });
        Comparison { old, new, entries }
    }

    /// How many findings changed in this way.
    pub fn count(&self, change: Change) -> u64 {
        self.entries.iter().filter(|e| e.change == change).count() as u64
    }

    /// `2 new, 5 fixed, 31 unchanged`; new, fixed and unchanged are always said.
    fn counts(&self) -> String {
        let always = [Change::New, Change::Fixed, Change::Unchanged];
        Change::ALL
            .into_iter()
            .map(|c| (c, self.count(c)))
            .filter(|(c, n)| *n > 0 || always.contains(c))
            .map(|(c, n)| format!("{} {}", text::number(n), c.words()))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// `C 71 % to B 83.2 % (+12.2)`.
    fn scores(&self) -> String {
        let say = |r: &Report| {
            let (grade, percent) = (account::grade(&r.score), account::percent(&r.score, false));
            if percent.is_empty() { grade.to_owned() } else { format!("{grade} {percent}") }
        };
        let delta = self.delta().filter(|d| *d != 0.0).map(|d| format!(" ({d:+.1})")).unwrap_or_default();
        format!("{} to {}{delta}", say(self.old), say(self.new))
    }

    /// Percent of the newer report less that of the older one, of the rounded values.
    fn delta(&self) -> Option<f64> {
        let percent = |r: &Report| r.score.percent().map(|p| (tenths(p) * 10.0).round());
        Some((percent(self.new)? - percent(self.old)?) / 10.0)
    }
}

type Found<'r> = BTreeMap<Fingerprint, Vec<(&'r Verdict, &'r Finding)>>;

fn by_fingerprint(report: &Report, wanted: impl Fn(&Finding) -> bool) -> Found<'_> {
    let mut found: Found<'_> = BTreeMap::new();
    for verdict in &report.verdicts {
        for finding in verdict.findings.iter().filter(|f| wanted(f)) {
            found.entry(report.fingerprint(verdict, finding)).or_default().push((verdict, finding));
        }
    }
    found
}

/// What makes objects of two reports the same one: group, kind, namespace, name, file.
type Who<'r> = (&'r str, &'r str, &'r str, &'r str, &'r str);

fn who(report: &Report, object: u32) -> Who<'_> {
    let row = &report.objects[object as usize];
    let ObjectId { kind, namespace, name, .. } = &row.id;
    (row.id.group(), kind, namespace, name, row.origin.file())
}

/// What the newer report could judge.
struct Sight<'r> {
    objects: BTreeSet<Who<'r>>,
    /// checks that judged something
    checks: BTreeSet<&'r str>,
    blind: BTreeSet<(&'r str, Who<'r>)>,
}

impl<'r> Sight<'r> {
    fn of(report: &'r Report) -> Sight<'r> {
        let id = |v: &Verdict| &*report.checks[v.check as usize].id;
        let blind = |v: &&Verdict| matches!(v.outcome(), Outcome::Error | Outcome::NotAssessed);
        let judged = report.verdicts.iter().filter(|v| !blind(v)).map(id);
        let passed = report.checks.iter().filter(|c| c.passed > 0).map(|c| &*c.id);
        Sight {
            objects: (0..report.objects.len() as u32).map(|i| who(report, i)).collect(),
            checks: judged.chain(passed).collect(),
            blind: report.verdicts.iter().filter(blind).map(|v| (id(v), who(report, v.object))).collect(),
        }
    }

    fn of_missing(&self, old: &Report, verdict: &Verdict) -> Change {
        let (check, object) = (&*old.checks[verdict.check as usize].id, who(old, verdict.object));
        if !self.objects.contains(&object) {
            Change::Gone
        } else if self.blind.contains(&(check, object)) || !self.checks.contains(check) {
            Change::NoLongerAssessed
        } else {
            Change::Fixed
        }
    }
}

impl<'r> Comparison<'r> {
    /// Entries of the severities that the view shows.
    fn shown<'a>(&'a self, view: &'a View) -> impl Iterator<Item = &'a Entry<'r>> {
        self.entries.iter().filter(|e| view.shows(e.finding.severity))
    }
}

impl Entry<'_> {
    /// `critical privileged-container Deployment web/frontend container app: privileged is true (web.yaml:14:19)`.
    fn line(&self) -> String {
        let place = self.position().map(|p| format!(" ({p})")).unwrap_or_default();
        let id = text::clean(&self.report.checks[self.verdict.check as usize].id);
        format!("{} {id} {} {}{place}", self.finding.severity, self.object(), self.message())
    }

    fn object(&self) -> String {
        text::object(&self.report.objects[self.verdict.object as usize].id)
    }

    fn message(&self) -> String {
        let message = text::clean(&self.finding.message);
        match &*self.finding.place {
            "" | "pod" => message.into_owned(),
            place => format!("{}: {message}", text::clean(place)),
        }
    }

    /// Where it is; of findings that are no more only the file is known.
    fn position(&self) -> Option<String> {
        let row = &self.report.objects[self.verdict.object as usize];
        match self.change {
            Change::New | Change::Reopened | Change::Unchanged => text::position(row, self.finding),
            _ => Some(text::file(&row.origin).into_owned()).filter(|f| !f.is_empty()),
        }
    }
}

#[cfg(test)]
mod tests;

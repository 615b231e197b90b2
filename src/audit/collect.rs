//! What threads gather: verdicts by object, counted as they come.

use super::{Loaded, Settings};
use crate::model::inventory::{Gap, Skipped};
use crate::model::object::{ObjectId, Origin};
use crate::model::report::{ObjectRow, Score};
use crate::model::verdict::{Outcome, Reason, Verdict};
use crate::policy::deferred::LastExamined;
use crate::policy::evaluator::{Evaluator, Examined, Waiting};
use crate::policy::inventory::Item;
use crate::policy::plan::CheckNo;
use std::collections::HashSet;
use std::sync::Arc;

/// Equal strings, once: reports repeat pointers, places and values many thousand times.
#[derive(Default)]
pub(super) struct Strings(HashSet<Arc<str>>);

impl Strings {
    fn one(&mut self, s: &mut Arc<str>) {
        match self.0.get(&**s) {
            Some(known) => *s = known.clone(),
            None => drop(self.0.insert(s.clone())),
        }
    }

    fn share(&mut self, verdict: &mut Verdict) {
        for f in &mut verdict.findings {
            for s in [&mut f.pointer, &mut f.stable, &mut f.place, &mut f.message, &mut f.value, &mut f.fix, &mut f.related] {
                self.one(s);
            }
        }
        verdict.findings.shrink_to_fit();
    }
}

/// What one check said over all objects.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    /// objects with a verdict
    pub objects: u64,
    pub passed: u64,
    pub failed: u64,
    pub waived: u64,
    pub not_assessed: u64,
    pub outside: u64,
    pub errors: u64,
}

impl Counts {
    fn add(&mut self, other: &Counts) {
        self.objects += other.objects;
        self.passed += other.passed;
        self.failed += other.failed;
        self.waived += other.waived;
        self.not_assessed += other.not_assessed;
        self.outside += other.outside;
        self.errors += other.errors;
    }

    pub(super) fn any(&self) -> bool {
        self.objects > 0
    }
}

/// An object with what is known of it.
pub(super) struct Known {
    pub order: ((u32, u32, u32), u32),
    pub row: ObjectRow,
    /// verdicts to list; checks are numbers of the plan
    pub verdicts: Vec<Verdict>,
    /// verdicts of foreign checks
    pub foreign: Vec<Verdict>,
    /// foreign checks that passed
    pub foreign_passed: Vec<CheckNo>,
    pub waiting: Option<Waiting>,
}

/// Everything a thread, and then the run, gathered.
pub(super) struct Collected {
    pub objects: Vec<Known>,
    pub items: Vec<Item>,
    pub gaps: Vec<Gap>,
    pub skipped: Vec<Skipped>,
    /// by number of the plan
    pub counts: Vec<Counts>,
    foreign: Vec<bool>,
    include_passed: bool,
}

/// Identity of the synthetic object of cluster-wide checks.
pub(super) fn cluster_id() -> ObjectId {
    ObjectId { api_version: "audit/v1".into(), kind: "Cluster".into(), namespace: "".into(), name: "cluster".into() }
}

impl Collected {
    pub fn new(evaluator: &Evaluator<'_>, settings: &Settings) -> Collected {
        let checks = evaluator.plan.checks.len() as CheckNo;
        Collected {
            objects: Vec::new(),
            items: Vec::new(),
            gaps: Vec::new(),
            skipped: Vec::new(),
            counts: vec![Counts::default(); checks as usize],
            foreign: (0..checks).map(|c| evaluator.check(c).is_foreign()).collect(),
            include_passed: settings.include_passed,
        }
    }

    pub fn merge(&mut self, mut other: Collected) {
        self.objects.append(&mut other.objects);
        self.items.append(&mut other.items);
        self.gaps.append(&mut other.gaps);
        self.skipped.append(&mut other.skipped);
        for (a, b) in self.counts.iter_mut().zip(&other.counts) {
            a.add(b);
        }
    }

    /// Takes over what examining an object gave.
    pub fn add(
        &mut self,
        evaluator: &Evaluator<'_>,
        strings: &mut Strings,
        order: ((u32, u32, u32), u32),
        loaded: &Loaded,
        mut examined: Examined,
    ) {
        let row = ObjectRow { id: loaded.id.clone(), origin: loaded.origin.clone(), score: Score::default(), synthetic: false };
        let mut known = Known {
            order,
            row,
            verdicts: Vec::new(),
            foreign: Vec::new(),
            foreign_passed: Vec::new(),
            waiting: examined.waiting.take(),
        };
        examined.items.iter_mut().for_each(|i| i.order = order);
        self.items.append(&mut examined.items);
        self.take(evaluator, strings, &mut known, &examined.passed, examined.verdicts);
        self.objects.push(known);
    }

    /// Takes over what the last phase gave for object number `at`.
    pub fn add_last(&mut self, evaluator: &Evaluator<'_>, strings: &mut Strings, at: usize, examined: LastExamined) {
        let placeholder = Known {
            order: ((0, 0, 0), 0),
            row: ObjectRow {
                id: ObjectId::default(),
                origin: Origin::Run,
                score: Score::default(),
                synthetic: true,
            },
            verdicts: Vec::new(),
            foreign: Vec::new(),
            foreign_passed: Vec::new(),
            waiting: None,
        };
        let mut known = std::mem::replace(&mut self.objects[at], placeholder);
        known.waiting = None;
        self.take(evaluator, strings, &mut known, &examined.passed, examined.verdicts);
        known.verdicts.sort_by_key(|v| v.check);
        self.objects[at] = known;
    }

    /// Adds the synthetic object of cluster-wide checks.
    pub fn add_cluster(&mut self, evaluator: &Evaluator<'_>, strings: &mut Strings, examined: LastExamined) {
        let row = ObjectRow { id: cluster_id(), origin: Origin::Run, score: Score::default(), synthetic: true };
        let last = u32::MAX;
        let mut known = Known {
            order: ((last, last, last), last),
            row,
            verdicts: Vec::new(),
            foreign: Vec::new(),
            foreign_passed: Vec::new(),
            waiting: None,
        };
        self.take(evaluator, strings, &mut known, &examined.passed, examined.verdicts);
        self.objects.push(known);
    }

    fn take(
        &mut self,
        evaluator: &Evaluator<'_>,
        strings: &mut Strings,
        known: &mut Known,
        passed: &[CheckNo],
        verdicts: Vec<Verdict>,
    ) {
        for &number in passed {
            let counts = &mut self.counts[number as usize];
            counts.objects += 1;
            counts.passed += 1;
            let check = evaluator.check(number);
            if self.foreign[number as usize] {
                known.foreign_passed.push(number);
                continue;
            }
            known.row.score.by_severity[check.severity as usize].passed += 1;
            known.row.score.points += i64::from(check.points.max(0));
            if self.include_passed && !verdicts.iter().any(|v| v.check == number) {
                known.verdicts.push(Verdict {
                    check: number,
                    object: 0,
                    findings: Vec::new(),
                    errors: Vec::new(),
                    reason: None,
                    evidence: None,
                });
            }
        }
        for mut verdict in verdicts {
            let number = verdict.check as usize;
            let outcome = verdict.outcome();
            if outcome == Outcome::Pass {
                // A pass that is listed with its evidence; it was counted above.
                if !self.foreign[number] {
                    known.verdicts.push(verdict);
                }
                continue;
            }
            strings.share(&mut verdict);
            let outside = matches!(verdict.reason, Some(Reason::Outside(_))) && outcome == Outcome::NotAssessed;
            let counts = &mut self.counts[number];
            counts.objects += 1;
            match outcome {
                Outcome::Fail => counts.failed += 1,
                Outcome::Waived => counts.waived += 1,
                Outcome::Error => counts.errors += 1,
                Outcome::NotAssessed if outside => counts.outside += 1,
                Outcome::NotAssessed => counts.not_assessed += 1,
                Outcome::Pass => {}
            }
            if self.foreign[number] {
                known.foreign.push(verdict);
                continue;
            }
            let check = evaluator.check(verdict.check);
            let severity = if outcome == Outcome::Fail { verdict.worst().unwrap_or(check.severity) } else { check.severity };
            let tally = &mut known.row.score.by_severity[severity as usize];
            match outcome {
                Outcome::Fail => {
                    tally.failed += 1;
                    known.row.score.points += i64::from(check.points.min(0));
                }
                Outcome::Waived => tally.waived += 1,
                Outcome::Error => tally.errors += 1,
                Outcome::NotAssessed if outside => tally.outside += 1,
                Outcome::NotAssessed => tally.not_assessed += 1,
                Outcome::Pass => {}
            }
            if !outside || self.include_passed {
                known.verdicts.push(verdict);
            }
        }
        known.verdicts.sort_by_key(|v| v.check);
    }

    /// Puts objects in the order of the input.
    pub fn sort(&mut self) {
        self.objects.sort_by(|a, b| {
            let key = |k: &Known| (k.order, k.row.id.clone());
            a.order.cmp(&b.order).then_with(|| key(a).cmp(&key(b)))
        });
    }
}

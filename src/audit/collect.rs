//! What threads gather: verdicts by object, counted as they come.

use super::held::Held;
use super::{Loaded, Shared};
use crate::assess::benchmark::CheckCounts;
use crate::assess::score;
use crate::config::matcher::Subject;
use crate::model::inventory::{Gap, Skipped};
use crate::model::object::{ObjectId, Origin};
use crate::model::report::{ObjectRow, Score};
use crate::model::verdict::{Outcome, Reason, Verdict};
use crate::policy::deferred::LastExamined;
use crate::policy::evaluator::{Examined, Waiting};
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
            for s in
                [&mut f.pointer, &mut f.stable, &mut f.place, &mut f.message, &mut f.value, &mut f.fix, &mut f.related]
            {
                self.one(s);
            }
        }
        verdict.findings.shrink_to_fit();
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
    /// kept only while checks wait
    held: Option<Box<Held>>,
}

/// Everything a thread, and then the run, gathered.
pub(super) struct Collected {
    pub objects: Vec<Known>,
    pub items: Vec<Item>,
    pub gaps: Vec<Gap>,
    pub skipped: Vec<Skipped>,
    /// by number of the plan
    pub counts: Vec<CheckCounts>,
    foreign: Vec<bool>,
    include_passed: bool,
}

/// Identity of the synthetic object of cluster-wide checks.
pub(super) fn cluster_id() -> ObjectId {
    ObjectId { api_version: "audit/v1".into(), kind: "Cluster".into(), namespace: "".into(), name: "cluster".into() }
}

impl Collected {
    pub fn new(shared: &Shared<'_, '_>) -> Collected {
        let evaluator = shared.evaluator;
        let checks = evaluator.plan.checks.len() as CheckNo;
        Collected {
            objects: Vec::new(),
            items: Vec::new(),
            gaps: Vec::new(),
            skipped: Vec::new(),
            counts: vec![CheckCounts::default(); checks as usize],
            foreign: (0..checks).map(|c| evaluator.check(c).is_foreign()).collect(),
            include_passed: shared.settings.include_passed,
        }
    }

    pub fn merge(&mut self, mut other: Collected) {
        self.objects.append(&mut other.objects);
        self.items.append(&mut other.items);
        self.gaps.append(&mut other.gaps);
        self.skipped.append(&mut other.skipped);
        for (a, b) in self.counts.iter_mut().zip(&other.counts) {
            a.merge(b);
        }
    }

    /// Takes over what examining an object gave.
    pub fn add(
        &mut self,
        shared: &Shared<'_, '_>,
        strings: &mut Strings,
        order: ((u32, u32, u32), u32),
        loaded: &Loaded,
        held: Option<Box<Held>>,
        mut examined: Examined,
    ) {
        let row = ObjectRow {
            id: loaded.id.clone(),
            origin: loaded.origin.clone(),
            score: Score::default(),
            synthetic: false,
        };
        let mut known = Known {
            order,
            row,
            verdicts: Vec::new(),
            foreign: Vec::new(),
            foreign_passed: Vec::new(),
            waiting: examined.waiting.take(),
            held,
        };
        examined.items.iter_mut().for_each(|i| i.order = order);
        self.items.append(&mut examined.items);
        self.take(shared, strings, &mut known, &examined.passed, examined.verdicts);
        self.objects.push(known);
    }

    /// Takes over what the last phase gave for object number `at`.
    pub fn add_last(&mut self, shared: &Shared<'_, '_>, strings: &mut Strings, at: usize, examined: LastExamined) {
        let placeholder = Known {
            order: ((0, 0, 0), 0),
            row: ObjectRow { id: ObjectId::default(), origin: Origin::Run, score: Score::default(), synthetic: true },
            verdicts: Vec::new(),
            foreign: Vec::new(),
            foreign_passed: Vec::new(),
            waiting: None,
            held: None,
        };
        let mut known = std::mem::replace(&mut self.objects[at], placeholder);
        known.waiting = None;
        self.take(shared, strings, &mut known, &examined.passed, examined.verdicts);
        known.verdicts.sort_by_key(|v| v.check);
        self.objects[at] = known;
    }

    /// Adds the synthetic object of cluster-wide checks.
    pub fn add_cluster(&mut self, shared: &Shared<'_, '_>, strings: &mut Strings, examined: LastExamined) {
        let row = ObjectRow { id: cluster_id(), origin: Origin::Run, score: Score::default(), synthetic: true };
        let last = u32::MAX;
        let mut known = Known {
            order: ((last, last, last), last),
            row,
            verdicts: Vec::new(),
            foreign: Vec::new(),
            foreign_passed: Vec::new(),
            waiting: None,
            held: None,
        };
        self.take(shared, strings, &mut known, &examined.passed, examined.verdicts);
        self.objects.push(known);
    }

    fn take(
        &mut self,
        shared: &Shared<'_, '_>,
        strings: &mut Strings,
        known: &mut Known,
        passed: &[CheckNo],
        verdicts: Vec<Verdict>,
    ) {
        let held = known.held.take();
        let (id, origin) = (known.row.id.clone(), known.row.origin.clone());
        match &held {
            Some(held) => held.subject(&id, &origin, |subject| {
                self.judge(shared, strings, known, passed, verdicts, Some((held, subject)));
            }),
            None => self.judge(shared, strings, known, passed, verdicts, None),
        }
        known.held = held.filter(|_| known.waiting.is_some());
        known.verdicts.sort_by_key(|v| v.check);
    }

    fn judge(
        &mut self,
        shared: &Shared<'_, '_>,
        strings: &mut Strings,
        known: &mut Known,
        passed: &[CheckNo],
        mut verdicts: Vec<Verdict>,
        held: Option<(&Held, &Subject<'_>)>,
    ) {
        let checks = &shared.settings.checks;
        let runs = |number: CheckNo| {
            let id = &shared.evaluator.check(number).id;
            held.is_none_or(|(_, subject)| !checks.has(id) || checks.runs(id, true, subject))
        };
        for &number in passed.iter().filter(|&&n| runs(n)) {
            self.counts[number as usize].count(Outcome::Pass, None, 1);
            let check = shared.evaluator.check(number);
            if self.foreign[number as usize] {
                known.foreign_passed.push(number);
                continue;
            }
            let severity =
                held.map_or(check.severity, |(_, subject)| checks.severity(&check.id, check.severity, subject));
            known.row.score.by_severity[severity as usize].passed += 1;
            known.row.score.points += score::points(Outcome::Pass, check.points);
            if self.include_passed && !verdicts.iter().any(|v| v.check == number) {
                let nothing = Verdict {
                    check: number,
                    object: 0,
                    findings: Vec::new(),
                    errors: Vec::new(),
                    reason: None,
                    evidence: None,
                };
                known.verdicts.push(nothing);
            }
        }
        verdicts.retain(|v| runs(v.check));
        if let Some((held, subject)) = held {
            for verdict in &mut verdicts {
                checks.lower(&shared.evaluator.check(verdict.check).id, subject, verdict);
            }
            let id_of = |number: u32| shared.evaluator.check(number).id.as_str();
            shared.waivers.apply(subject, &id_of, &held.inline, &mut verdicts);
        }
        for mut verdict in verdicts {
            let number = verdict.check as usize;
            if verdict.outcome() == Outcome::Pass {
                // A pass that is listed with its evidence; it was counted above.
                if !self.foreign[number] {
                    known.verdicts.push(verdict);
                }
                continue;
            }
            strings.share(&mut verdict);
            self.counts[number].add(&verdict);
            if self.foreign[number] {
                known.foreign.push(verdict);
                continue;
            }
            let check = shared.evaluator.check(verdict.check);
            let severity =
                held.map_or(check.severity, |(_, subject)| checks.severity(&check.id, check.severity, subject));
            score::tally(&mut known.row.score, severity, check.points, &verdict);
            let outside =
                matches!(verdict.reason, Some(Reason::Outside(_))) && verdict.outcome() == Outcome::NotAssessed;
            if !outside || self.include_passed {
                known.verdicts.push(verdict);
            }
        }
    }

    /// Puts objects in the order of the input.
    pub fn sort(&mut self) {
        self.objects.sort_by(|a, b| {
            let key = |k: &Known| (k.order, k.row.id.clone());
            a.order.cmp(&b.order).then_with(|| key(a).cmp(&key(b)))
        });
    }
}

//! The last phase: checks that ask the inventory, and those of scope cluster, once everything was read.
//!
//! The inventory does not change any more, so a verdict still depends on the projection alone and is shared as in the first phase.

use super::engine::worker::{Asked, Local, Program, Worker};
use super::evaluator::{Evaluator, Waiting};
use super::finding::{Base, PlaceInfo, Spot, assemble};
use super::hash::Hashes;
use super::inventory::Inventory;
use super::metadata::Problem;
use super::normalise;
use super::pack::{Located, Node, locate};
use super::plan::CheckNo;
use super::projection;
use crate::model::check::Scope;
use crate::model::object::ObjectId;
use crate::model::permissions::Permissions;
use crate::model::tree::{NodeId, Tree};
use crate::model::verdict::Verdict;
use std::sync::{Arc, OnceLock};

/// Checks that ask, prepared with the inventory of the run.
pub struct LastPhase<'e, 'c> {
    shared: &'e Evaluator<'c>,
    inventory: Arc<Inventory>,
    permissions: Option<Arc<dyn Permissions>>,
    programs: Vec<OnceLock<Result<Program, Problem>>>,
}

/// What one object's waiting checks gave.
#[derive(Default)]
pub struct LastExamined {
    /// checks that passed
    pub passed: Vec<CheckNo>,
    /// other verdicts
    pub verdicts: Vec<Verdict>,
}

impl<'e, 'c> LastPhase<'e, 'c> {
    /// Prepares it.
    pub fn new(shared: &'e Evaluator<'c>, inventory: &Arc<Inventory>) -> LastPhase<'e, 'c> {
        let programs = shared.groups.iter().map(|_| OnceLock::new()).collect();
        LastPhase { shared, inventory: inventory.clone(), permissions: shared.permissions(inventory), programs }
    }

    fn program(&self, number: usize) -> Result<&Program, &Problem> {
        let build = || {
            let asked = Asked { inventory: Some(&self.inventory), permissions: self.permissions.clone() };
            self.shared.build(number, asked)
        };
        self.programs[number].get_or_init(build).as_ref()
    }

    /// A session for one thread.
    pub fn session(&self) -> LastSession<'_, 'e, 'c> {
        LastSession {
            phase: self,
            workers: self.programs.iter().map(|_| None).collect(),
            tree: Tree::with_capacity(4096),
            hashes: Hashes::new(self.shared.key),
            answered: 0,
        }
    }
}

/// One thread's part of the last phase.
pub struct LastSession<'p, 'e, 'c> {
    phase: &'p LastPhase<'e, 'c>,
    workers: Vec<Option<Worker<'p>>>,
    tree: Tree,
    hashes: Hashes,
    answered: u64,
}

struct PackedSpot<'a> {
    places: &'a [(Scope, PlaceInfo, Node)],
}

impl Spot for PackedSpot<'_> {
    fn locate(&self, place: usize, base: Base, path: &str) -> Located {
        let (scope, _, node) = &self.places[place];
        let part = |key: &str| node.get(key);
        let root = match (base, scope) {
            (Base::Place, Scope::Container) => part("container").and_then(|c| c.get("spec")),
            (Base::Place, Scope::Object) | (Base::Object, _) => part("object"),
            (Base::Place | Base::Pod, _) => part("pod"),
        };
        match root {
            Some(root) => locate(root, path),
            None => Located { stable: path.to_owned(), ..Located::default() },
        }
    }
}

impl LastSession<'_, '_, '_> {
    /// How often the interpreter ran, and how many (check, place) pairs were answered.
    pub fn counts(&self) -> (u64, u64) {
        (self.workers.iter().flatten().map(Worker::evaluations).sum(), self.answered)
    }

    /// Evaluates what waited for one object.
    pub fn examine(&mut self, id: &ObjectId, waiting: &Waiting) -> LastExamined {
        let shared = self.phase.shared;
        let dispatch = shared.plan.dispatch(id.group(), &id.kind);
        let Some(deferred) = &dispatch.deferred else { return LastExamined::default() };
        let places: Vec<(Scope, PlaceInfo, Node)> =
            waiting.places.iter().map(|(s, i, p)| (*s, i.clone(), p.unpack())).collect();
        self.tree.clear();
        self.hashes.clear();
        let inputs: Vec<NodeId> = places.iter().map(|(_, _, node)| node.plant(&mut self.tree)).collect();
        self.hashes.catch_up(&self.tree);
        let mut found: Vec<(CheckNo, usize, Local)> = Vec::new();
        for (number, (scope, info, _)) in places.iter().enumerate() {
            let list = match scope {
                Scope::Container => &deferred.containers,
                Scope::Pod => &deferred.pods,
                _ => &deferred.objects,
            };
            for &check in list {
                let never = shared.missing(check, true).is_some() && shared.missing(check, false).is_some();
                let elsewhere = info.ctype.is_some_and(|t| !shared.plan.looks_at(check, t));
                if !never && !elsewhere {
                    found.push((check, number, self.local(check, inputs[number])));
                }
            }
        }
        found.sort_by_key(|(check, place, _)| (*check, *place));
        let spot = PackedSpot { places: &places };
        let mut out = LastExamined::default();
        for group in found.chunk_by(|a, b| a.0 == b.0) {
            let check = group[0].0;
            let at = group.iter().map(|(_, place, local)| (*place, &places[*place].1, local));
            let Some(verdict) = assemble(shared, check, id, at, &spot) else { continue };
            out.push(verdict);
        }
        out
    }

    /// Evaluates the checks of scope cluster, on the synthetic object.
    pub fn cluster(&mut self, id: &ObjectId) -> LastExamined {
        let shared = self.phase.shared;
        self.tree.clear();
        self.hashes.clear();
        let input = normalise::cluster_input(&mut self.tree);
        self.hashes.catch_up(&self.tree);
        let places = [(
            Scope::Cluster,
            PlaceInfo::object(),
            Node { value: super::pack::Unpacked::Map(Default::default()), span: None },
        )];
        let spot = PackedSpot { places: &places };
        let mut out = LastExamined::default();
        for &check in &shared.plan.cluster {
            let local = self.local(check, input);
            if let Some(verdict) = assemble(shared, check, id, [(0, &places[0].1, &local)].into_iter(), &spot) {
                out.push(verdict);
            }
        }
        out
    }

    fn local(&mut self, check: CheckNo, input: NodeId) -> Local {
        let shared = self.phase.shared;
        self.answered += 1;
        let reads = &shared.plan.checks[check as usize].reads;
        let key = (shared.locals.is_enabled() && !reads.whole).then(|| {
            let seen = projection::key(&self.tree, &self.hashes, reads, input);
            projection::combine(&shared.key, &[u128::from(check) << 1, seen])
        });
        if let Some(found) = key.and_then(|k| shared.locals.get(k)) {
            return found;
        }
        let number = shared.program_of[check as usize];
        let worker = match &mut self.workers[number] {
            Some(worker) => worker,
            empty => match self.phase.program(number) {
                Ok(program) => empty.insert(program.worker()),
                Err(problem) => return Local::Error(problem.to_string().into()),
            },
        };
        let everything = projection::Reads::everything();
        let reads = if shared.settings.whole_input { &everything } else { reads };
        let value = super::engine::value::projected(&self.tree, reads, input);
        let local = worker.evaluate(shared.slot[check as usize], value);
        if let Some(key) = key {
            shared.locals.put(key, local.clone());
        }
        local
    }
}

impl LastExamined {
    fn push(&mut self, verdict: Verdict) {
        let passed = verdict.findings.is_empty() && verdict.errors.is_empty() && verdict.reason.is_none();
        if passed { self.passed.push(verdict.check) } else { self.verdicts.push(verdict) }
    }
}

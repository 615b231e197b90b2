//! The last phase: checks that ask the inventory, and those of scope cluster, once everything was read.
//!
//! The inventory does not change any more, so a verdict still depends on the projection alone and is shared as in the first phase.

use super::engine::worker::{Asked, Local, Program};
use super::evaluator::{Evaluator, Hands, Tally, Waiting, WaitingPlace};
use super::finding::{Base, PlaceInfo, Spot, assemble};
use super::hash::Hashes;
use super::inventory::Inventory;
use super::metadata::Problem;
use super::normalise;
use super::pack::{Located, Tokens, Where, locate};
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

    /// A session for one thread.
    pub fn session(&self) -> LastSession<'_, 'e, 'c> {
        LastSession {
            phase: self,
            hands: Hands::new(self.programs.len(), self.shared.plan.checks.len()),
            asked: Asked { inventory: Some(&self.inventory), permissions: self.permissions.clone() },
            tree: Tree::with_capacity(4096),
            tokens: Tokens::default(),
            hashes: Hashes::new(self.shared.key),
            answered: 0,
        }
    }
}

/// One thread's part of the last phase.
pub struct LastSession<'p, 'e, 'c> {
    phase: &'p LastPhase<'e, 'c>,
    hands: Hands<'p>,
    asked: Asked<'p>,
    tree: Tree,
    tokens: Tokens,
    hashes: Hashes,
    answered: u64,
}

struct PlantedSpot<'a> {
    tree: &'a Tree,
    tokens: &'a Tokens,
    source: Where<'a>,
    places: &'a [(Scope, NodeId)],
}

impl Spot for PlantedSpot<'_> {
    fn locate(&self, place: usize, base: Base, path: &str) -> Located {
        let (scope, input) = self.places[place];
        let part = |key: &str| self.tree.get(input, key);
        let root = match (base, scope) {
            (Base::Place, Scope::Container) => part("container").and_then(|c| self.tree.get(c, "spec")),
            (Base::Place, Scope::Object) | (Base::Object, _) => part("object"),
            (Base::Place | Base::Pod, _) => part("pod"),
        };
        match root {
            Some(root) => locate(self.tree, root, self.source, self.tokens, path),
            None => Located { stable: path.to_owned(), ..Located::default() },
        }
    }
}

impl LastSession<'_, '_, '_> {
    /// What this thread did.
    pub fn tally(&self) -> Tally {
        self.hands.tally(self.answered)
    }

    /// Evaluates what waited for one object.
    pub fn examine(&mut self, id: &ObjectId, waiting: &Waiting) -> LastExamined {
        let shared = self.phase.shared;
        let dispatch = shared.plan.dispatch(id.group(), &id.kind);
        let Some(deferred) = &dispatch.deferred else { return LastExamined::default() };
        self.tree.clear();
        self.hashes.clear();
        self.tokens.clear();
        let inputs: Vec<NodeId> =
            waiting.inputs.iter().map(|packed| packed.plant(&mut self.tree, &mut self.tokens)).collect();
        let mut places: Vec<(Scope, NodeId)> = Vec::with_capacity(waiting.places.len());
        for place in &waiting.places {
            let input = inputs[place.input as usize];
            let input = match place.container {
                Some(number) => normalise::container_input(&mut self.tree, input, number as usize),
                None => input,
            };
            places.push((place.scope, input));
        }
        self.hashes.catch_up(&self.tree);
        let mut found: Vec<(CheckNo, usize, Local)> = Vec::new();
        for (number, WaitingPlace { scope, info, .. }) in waiting.places.iter().enumerate() {
            let list = match scope {
                Scope::Container => &deferred.containers,
                Scope::Pod => &deferred.pods,
                _ => &deferred.objects,
            };
            for &check in list {
                let never = shared.missing(check, true).is_some() && shared.missing(check, false).is_some();
                let elsewhere = info.ctype.is_some_and(|t| !shared.plan.looks_at(check, t));
                if !never && !elsewhere {
                    found.push((check, number, self.local(check, places[number].1)));
                }
            }
        }
        found.sort_by_key(|(check, place, _)| (*check, *place));
        let source = waiting.lines.as_deref().map_or(Where::Nowhere, Where::Kept);
        let spot = PlantedSpot { tree: &self.tree, tokens: &self.tokens, source, places: &places };
        let mut out = LastExamined::default();
        for group in found.chunk_by(|a, b| a.0 == b.0) {
            let check = group[0].0;
            let at = group.iter().map(|(_, place, local)| (*place, &waiting.places[*place].info, local));
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
        let (info, places) = (PlaceInfo::object(), [(Scope::Cluster, input)]);
        let mut out = LastExamined::default();
        for &check in &shared.plan.cluster {
            let local = self.local(check, input);
            let tokens = Tokens::default();
            let spot = PlantedSpot { tree: &self.tree, tokens: &tokens, source: Where::Nowhere, places: &places };
            if let Some(verdict) = assemble(shared, check, id, [(0, &info, &local)].into_iter(), &spot) {
                out.push(verdict);
            }
        }
        out
    }

    fn local(&mut self, check: CheckNo, input: NodeId) -> Local {
        let shared = self.phase.shared;
        self.answered += 1;
        let reads = &shared.plan.checks[check as usize].reads;
        let cached = shared.locals.is_enabled() && !reads.whole && self.hands.is_worth_caching(check);
        let key = cached.then(|| {
            let seen = projection::key(&self.tree, &self.hashes, reads, input);
            projection::combine(&shared.key, &[u128::from(check) << 1, seen])
        });
        if let Some(key) = key {
            let found = shared.locals.get(key);
            self.hands.note(check, found.is_some());
            if let Some(found) = found {
                return found;
            }
        }
        let local = self.hands.evaluate(shared, &self.asked, &self.phase.programs, check, (&self.tree, input));
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

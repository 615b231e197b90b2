//! Verdicts: every check that applies, at every place of an object.
//!
//! Two phases. [`Session::examine`] evaluates the checks that look at one object alone while its tree lives, and packs what the others will
//! read; `deferred` evaluates those after the last input. Both share verdicts among equal projections.

use super::cache::Cache;
use super::engine::worker::{Asked, Constants, LineCoverage, Local, Program, Spent, Worker};
use super::finding::{Base, PlaceInfo, Spot, assemble};
use super::hash::{HashKey, Hashes};
use super::inventory::{Inventory, Item, Wanted};
use super::later::Later;
use super::machine;
use super::machine::judge::Entry;
use super::machine::library::{Data, Library};
use super::machine::run::Keep;
use super::metadata::Problem;
use super::normalise::{self, Places};
use super::pack::{Located, Packed, Tokens, Where, locate, pack};
use super::plan::{Bundle, CheckNo, Deferred, Plan};
use super::projection::{self, Reads};
use crate::model::benchmark::{Benchmark, Control};
use crate::model::check::{Check, ContainerType, Scope};
use crate::model::object::{Diagnostic, ObjectId, Origin};
use crate::model::permissions::{Build, Permissions};
use crate::model::tree::{KeptLines, NodeId, SourceText, Tree};
use crate::model::verdict::{Reason, Verdict};
use crate::policy::catalog::Catalog;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// Outcomes of the checks of one bundle at one place.
#[derive(Clone)]
pub(super) struct Outcomes {
    pub(super) passed: Arc<[CheckNo]>,
    pub(super) other: Arc<[(CheckNo, Local)]>,
}

/// Settings of an evaluation.
#[derive(Clone, Debug)]
pub struct Settings {
    /// constants that checks can read
    pub constants: Constants,
    /// longest evaluation of one check at one place
    pub limit: Duration,
    /// share verdicts among equal projections
    pub cache: bool,
    /// give the whole input to every check (for comparison; implies no cache)
    pub whole_input: bool,
    /// keep what checks looked at, for passes too
    pub evidence: bool,
    /// evaluate with the interpreter what the machine could evaluate (for comparison)
    pub interpreter: bool,
    /// where to note the lines of checks that were reached
    pub lines: Option<Arc<LineCoverage>>,
    /// works out effective permissions for the `rbac.*` functions; without it they are errors
    pub permissions: Option<Build>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            constants: Constants::default(),
            limit: Duration::from_secs(5),
            cache: true,
            whole_input: false,
            evidence: false,
            interpreter: false,
            permissions: None,
            lines: None,
        }
    }
}

/// Entries of each cache; an entry is about 100 bytes.
const CACHE_ENTRIES: usize = 1 << 19;

/// Everything that is constant while objects are examined; shared by threads.
pub struct Evaluator<'c> {
    pub(super) catalog: &'c Catalog,
    /// the checks of the run
    pub plan: Plan,
    pub(super) settings: Settings,
    pub(super) key: HashKey,
    /// which checks (numbers of the catalogue) share an interpreter
    pub(super) groups: Vec<Vec<usize>>,
    /// program of each check
    pub(super) program_of: Vec<usize>,
    programs: Vec<OnceLock<Result<Program, Problem>>>,
    /// number of a check in its program
    pub(super) slot: Vec<usize>,
    library: Library<'c>,
    data: Data,
    /// rules of each check, found when it is first evaluated; `None` inside = for the interpreter
    entries: Vec<OnceLock<Option<Entry>>>,
    bundles: Cache<Outcomes>,
    pub(super) locals: Cache<Local>,
    wanted: Wanted,
}

/// What was asked and what it cost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// (check, place) pairs that were answered
    pub answered: u64,
    /// what the interpreter spent, by number of the check in the plan
    pub spent: Vec<Spent>,
}

impl Tally {
    /// Adds another thread's.
    pub fn add(&mut self, other: &Tally) {
        self.answered += other.answered;
        self.spent.resize(self.spent.len().max(other.spent.len()), Spent::default());
        for (mine, theirs) in self.spent.iter_mut().zip(&other.spent) {
            mine.evaluations += theirs.evaluations;
            mine.time += theirs.time;
        }
    }

    /// Evaluations by the interpreter.
    pub fn evaluations(&self) -> u64 {
        self.spent.iter().map(|s| s.evaluations).sum()
    }
}

/// What is kept of an object for the checks that run last.
#[derive(Debug)]
pub struct Waiting {
    /// inputs of the object and of its pods
    pub inputs: Vec<Packed>,
    /// where checks will look
    pub places: Vec<WaitingPlace>,
    /// what positions need, when they matter
    pub lines: Option<Arc<KeptLines>>,
}

/// A place at which checks wait.
#[derive(Debug)]
pub struct WaitingPlace {
    /// scope of the checks
    pub scope: Scope,
    /// the place
    pub info: PlaceInfo,
    /// its input, or that of its pod
    pub input: u32,
    /// the container of the pod
    pub container: Option<u32>,
}

/// What examining one object gave.
#[derive(Default)]
pub struct Examined {
    /// checks that passed
    pub passed: Vec<CheckNo>,
    /// every other verdict, and passes with evidence when it was asked for; `object` is not set
    pub verdicts: Vec<Verdict>,
    /// for the last phase
    pub waiting: Option<Waiting>,
    /// for the inventory
    pub items: Vec<Item>,
}

impl<'c> Evaluator<'c> {
    /// Prepares a run of these checks.
    pub fn new(catalog: &'c Catalog, plan: Plan, settings: Settings) -> Evaluator<'c> {
        let (groups, program_of, slot) = share_out(catalog, &plan);
        let programs = groups.iter().map(|_| OnceLock::new()).collect();
        let deferred = plan.checks.iter().map(|p| &catalog.checks[p.catalog]).filter(|c| c.analysis.deferred);
        let wanted = Wanted::of(deferred);
        let cache = settings.cache && !settings.whole_input;
        let constants = &settings.constants;
        let data = Data::new(&constants.tables, &constants.params, &constants.kubernetes_version, &constants.date);
        Evaluator {
            library: Library::new(catalog),
            data,
            entries: plan.checks.iter().map(|_| OnceLock::new()).collect(),
            catalog,
            plan,
            settings,
            key: HashKey::random(),
            groups,
            program_of,
            programs,
            slot,
            bundles: Cache::new(CACHE_ENTRIES, cache),
            locals: Cache::new(CACHE_ENTRIES, cache),
            wanted,
        }
    }

    /// Benchmarks of the catalogue, with the controls that are about the run's Kubernetes version.
    pub fn benchmarks(&self) -> impl Iterator<Item = Benchmark> {
        let version = super::metadata::version(&self.settings.constants.kubernetes_version);
        self.catalog.benchmarks.iter().map(move |b| {
            let mut benchmark = b.clone();
            let about = |c: &Control| super::plan::is_between(version, c.since.as_deref(), c.until.as_deref());
            benchmark.controls.retain(about);
            benchmark
        })
    }

    /// The check behind a number.
    pub fn check(&self, number: CheckNo) -> &'c Check {
        &self.catalog.checks[self.plan.checks[number as usize].catalog]
    }

    /// Hits and misses of the bundle cache and of the cache of single checks.
    pub fn statistics(&self) -> (super::cache::CacheStatistics, super::cache::CacheStatistics) {
        (self.bundles.statistics(), self.locals.statistics())
    }

    /// The rules of a check, when the machine evaluates it.
    fn entry(&self, check: CheckNo) -> Option<&Entry> {
        if self.settings.interpreter || self.settings.lines.is_some() {
            return None;
        }
        self.entries[check as usize].get_or_init(|| Entry::of(&self.library, self.check(check))).as_ref()
    }

    /// A session for one thread.
    pub fn session(&self) -> Session<'_, 'c> {
        Session {
            shared: self,
            hashes: Hashes::new(self.key),
            hands: Hands::new(self.groups.len(), self.plan.checks.len()),
            bundle_worth: Vec::new(),
            buffer: Vec::new(),
            passed: vec![false; self.plan.checks.len()],
            answered: 0,
        }
    }

    /// Effective permissions, when a check of the run asks for them and somebody can work them out.
    pub(super) fn permissions(&self, inventory: &Arc<Inventory>) -> Option<Arc<dyn Permissions>> {
        let build = self.settings.permissions.filter(|_| self.wanted.permissions())?;
        Some(Arc::new(Later::new(inventory, build)))
    }

    pub(super) fn build(&self, number: usize, asked: Asked<'_>) -> Result<Program, Problem> {
        let chosen = self.groups[number].iter().copied();
        let checks = chosen.map(|i| (&self.catalog.checks[i], &self.catalog.sources[i]));
        let mut program =
            Program::new(checks, &self.catalog.libraries, &self.settings.constants, asked, self.settings.limit)?;
        if let Some(lines) = &self.settings.lines {
            program.note_lines(lines.clone());
        }
        Ok(program)
    }

    /// Applies what a check requires to an outcome: evidence that was not seen turns a pass, or a failure by absence, into not-assessed.
    pub(super) fn missing(&self, check: CheckNo, failed: bool) -> Option<&Reason> {
        let planned = &self.plan.checks[check as usize];
        if failed { planned.fail_needs.as_ref() } else { planned.pass_needs.as_ref() }
    }
}

/// Most checks in one interpreter: an evaluation costs more the more rules its interpreter holds, and starting one costs its libraries.
const PER_PROGRAM: usize = 24;

/// Groups of checks, program of each check, number of each check in its program.
type Shares = (Vec<Vec<usize>>, Vec<usize>, Vec<usize>);

/// Puts checks together that run at the same time and import the same libraries.
fn share_out(catalog: &Catalog, plan: &Plan) -> Shares {
    let check = |number: usize| &catalog.checks[plan.checks[number].catalog];
    let phase = |c: &Check| (c.analysis.deferred || c.scope == Scope::Cluster, c.scope == Scope::Object);
    let mut order: Vec<usize> = (0..plan.checks.len()).collect();
    order.sort_by_key(|&n| {
        let c = check(n);
        (phase(c), &c.group, &c.analysis.tables, &c.analysis.libraries, n)
    });
    let (mut groups, mut program_of, mut slot): Shares = (Vec::new(), vec![0; order.len()], vec![0; order.len()]);
    let mut last = None;
    for number in order {
        let key = (phase(check(number)), &check(number).group);
        if last != Some(key) || groups.last().is_none_or(|g| g.len() >= PER_PROGRAM) {
            groups.push(Vec::new());
            last = Some(key);
        }
        program_of[number] = groups.len() - 1;
        if let Some(group) = groups.last_mut() {
            slot[number] = group.len();
            group.push(plan.checks[number].catalog);
        }
    }
    (groups, program_of, slot)
}

/// One thread's part of an evaluation.
pub struct Session<'e, 'c> {
    shared: &'e Evaluator<'c>,
    hashes: Hashes,
    hands: Hands<'e>,
    bundle_worth: Vec<Worth>,
    buffer: Vec<u8>,
    passed: Vec<bool>,
    answered: u64,
}

/// Whether a cache is worth its keys: lookups that find nothing cost, and where nothing repeats that is all they do.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Worth {
    lookups: u32,
    hits: u32,
    /// lookups left out
    skipped: u32,
}

impl Worth {
    /// Lookups before a judgement.
    const TRIAL: u32 = 64;
    /// Of so many that are left out one is made, so that a change is noticed.
    const SAMPLE: u32 = 32;

    fn note(&mut self, found: bool) {
        self.lookups += 1;
        self.hits += u32::from(found);
        if self.lookups >= 1 << 16 {
            self.lookups /= 2;
            self.hits /= 2;
        }
    }

    /// Whether hits save more than lookups cost, when a hit saves `times` lookups.
    fn is_worth(&self, times: f32) -> bool {
        self.lookups < Self::TRIAL || self.hits as f32 * times >= self.lookups as f32
    }

    /// For a bundle, of which a hit saves much.
    fn wanted(&mut self) -> bool {
        const TIMES: f32 = 16.0;
        self.is_worth(TIMES) || self.sample()
    }

    fn sample(&mut self) -> bool {
        self.skipped += 1;
        self.skipped.is_multiple_of(Self::SAMPLE)
    }
}

/// What one thread evaluates with: the machine's memory, and interpreters for what the machine does not know.
pub(super) struct Hands<'p> {
    keep: Keep,
    workers: Vec<Option<Worker<'p>>>,
    spent: Vec<Spent>,
    worth: Vec<Worth>,
}

impl<'p> Hands<'p> {
    /// Whether looking a check's verdict up is cheaper than evaluating it.
    pub(super) fn is_worth_caching(&mut self, check: CheckNo) -> bool {
        const LOOKUP: f32 = 500e-9;
        let spent = self.spent[check as usize];
        let worth = &mut self.worth[check as usize];
        if spent.evaluations == 0 {
            return true;
        }
        worth.is_worth(spent.time.as_secs_f32() / spent.evaluations as f32 / LOOKUP) || worth.sample()
    }

    /// Notes whether a lookup found something.
    pub(super) fn note(&mut self, check: CheckNo, found: bool) {
        self.worth[check as usize].note(found);
    }

    pub(super) fn new(programs: usize, checks: usize) -> Hands<'p> {
        let workers = (0..programs).map(|_| None).collect();
        Hands {
            keep: Keep::default(),
            workers,
            spent: vec![Spent::default(); checks],
            worth: vec![Worth::default(); checks],
        }
    }

    pub(super) fn tally(&self, answered: u64) -> Tally {
        Tally { answered, spent: self.spent.clone() }
    }

    /// Evaluates a check on what it may read of an input.
    pub(super) fn evaluate(
        &mut self,
        shared: &Evaluator<'_>,
        asked: &Asked<'_>,
        programs: &'p [OnceLock<Result<Program, Problem>>],
        check: CheckNo,
        (tree, input): (&Tree, NodeId),
    ) -> Local {
        let started = Instant::now();
        let everything = Reads::everything();
        let own = &shared.plan.checks[check as usize].reads;
        let reads = if shared.settings.whole_input { &everything } else { own };
        let local = if let Some(entry) = shared.entry(check) {
            let machine = machine::run::Shared {
                library: &shared.library,
                data: &shared.data,
                inventory: asked.inventory.map(|i| &**i),
                permissions: asked.permissions.as_deref(),
                limit: shared.settings.limit,
            };
            let input = machine::value::Value::of(tree, reads, input);
            machine::judge::evaluate(machine, &mut self.keep, shared.check(check), entry, input)
        } else {
            let which = shared.program_of[check as usize];
            let program = programs[which].get_or_init(|| shared.build(which, asked.clone()));
            let worker = match (&mut self.workers[which], program) {
                (Some(worker), _) => worker,
                (empty, Ok(program)) => empty.insert(program.worker()),
                (_, Err(problem)) => return Local::Error(problem.to_string().into()),
            };
            let value = super::engine::value::projected(tree, reads, input);
            worker.evaluate(shared.slot[check as usize], value)
        };
        let spent = &mut self.spent[check as usize];
        spent.evaluations += 1;
        spent.time += started.elapsed();
        local
    }
}

/// An object in its tree, as it is examined.
pub struct Subject<'a> {
    /// who
    pub id: &'a ObjectId,
    /// where from
    pub origin: &'a Origin,
    /// its node
    pub node: NodeId,
    /// what the loader saw
    pub diagnostics: &'a [Diagnostic],
    /// the document's text; `None` when positions do not matter
    pub source: Option<&'a SourceText<'a>>,
}

impl<'e> Session<'e, '_> {
    /// Forgets the hashes of the last document; call it before another tree is examined.
    pub fn next_document(&mut self) {
        self.hashes.clear();
    }

    /// What this thread did.
    pub fn tally(&self) -> Tally {
        self.hands.tally(self.answered)
    }

    /// Evaluates everything that looks at this object alone, and packs what the other checks will read.
    pub fn examine(&mut self, tree: &mut Tree, subject: &Subject<'_>) -> Examined {
        let shared = self.shared;
        let dispatch = shared.plan.dispatch(subject.id.group(), &subject.id.kind);
        normalise::decode_nulls(tree, subject.node);
        let (document, line) = match subject.origin {
            Origin::File { document, line, .. } => (*document, *line),
            _ => (0, 0),
        };
        let origin = (subject.origin.file(), document, line);
        let places = normalise::places(tree, subject.id, origin, subject.node, subject.diagnostics);
        self.hashes.catch_up(tree);
        let mut examined = Examined::default();
        let mut found: Vec<(CheckNo, usize, Local)> = Vec::new();
        let mut infos: Vec<PlaceInfo> = Vec::new();
        let mut inputs: Vec<NodeId> = Vec::new();
        let mut look =
            |session: &mut Self, bundles: &[Bundle], ctype: Option<ContainerType>, input: NodeId, info: PlaceInfo| {
                for bundle in bundles {
                    if ctype.is_some_and(|t| bundle.types & (1 << t as u8) == 0) {
                        continue;
                    }
                    session.answered += bundle.checks.len() as u64;
                    let outcomes = session.outcomes(tree, bundle, input);
                    for &check in &*outcomes.passed {
                        session.passed[check as usize] = true;
                    }
                    found.extend(outcomes.other.iter().map(|(c, l)| (*c, infos.len(), l.clone())));
                }
                infos.push(info);
                inputs.push(input);
            };
        look(self, &dispatch.objects, None, places.object, PlaceInfo::object());
        for pod in &places.pods {
            look(self, &dispatch.pods, None, pod.input, PlaceInfo::pod(pod));
            for container in &pod.containers {
                let info = PlaceInfo::container(tree, pod, container);
                look(self, &dispatch.containers, Some(container.ctype), container.input, info);
            }
        }
        found.sort_by_key(|(check, place, _)| (*check, *place));
        let spot = TreeSpot { tree, subject, infos: &infos };
        for group in found.chunk_by(|a, b| a.0 == b.0) {
            let check = group[0].0;
            self.passed[check as usize] = false;
            let places = group.iter().map(|(_, place, local)| (*place, &infos[*place], local));
            if let Some(verdict) = assemble(shared, check, subject.id, places, &spot) {
                examined.verdicts.push(verdict);
            }
        }
        for (number, passed) in self.passed.iter_mut().enumerate() {
            if !std::mem::take(passed) {
                continue;
            }
            let check = number as CheckNo;
            let reason = shared.missing(check, false).cloned();
            if reason.is_none() {
                examined.passed.push(check);
            }
            if reason.is_some() || shared.settings.evidence {
                let evidence = shared.settings.evidence.then(|| evidence(shared, tree, check, &inputs)).flatten();
                let verdict = Verdict { check, object: 0, findings: Vec::new(), errors: Vec::new(), reason, evidence };
                examined.verdicts.push(verdict);
            }
        }
        if let Some(deferred) = &dispatch.deferred {
            let everything = Reads::everything();
            let reads = |reads| if shared.settings.whole_input { &everything } else { reads };
            let some = |list: &[CheckNo]| {
                list.iter().any(|&c| shared.missing(c, true).is_none() || shared.missing(c, false).is_none())
            };
            let mut waiting = Waiting { inputs: Vec::new(), places: Vec::new(), lines: None };
            let mut keep = |waiting: &mut Waiting, reads: &Reads, input: NodeId| {
                waiting.inputs.push(pack(tree, reads, input, true, &mut self.buffer));
                waiting.inputs.len() as u32 - 1
            };
            if some(&deferred.objects) {
                let input = keep(&mut waiting, reads(&deferred.object_reads), places.object);
                let info = PlaceInfo::object();
                waiting.places.push(WaitingPlace { scope: Scope::Object, info, input, container: None });
            }
            let (pods, containers) = (some(&deferred.pods), some(&deferred.containers));
            for pod in places.pods.iter().filter(|p| pods || containers && !p.containers.is_empty()) {
                let input = keep(&mut waiting, reads(&deferred.pod_reads), pod.input);
                if pods {
                    let info = PlaceInfo::pod(pod);
                    waiting.places.push(WaitingPlace { scope: Scope::Pod, info, input, container: None });
                }
                for (number, container) in pod.containers.iter().enumerate().filter(|_| containers) {
                    if deferred.containers.iter().any(|&c| shared.plan.looks_at(c, container.ctype)) {
                        let info = PlaceInfo::container(tree, pod, container);
                        let (scope, container) = (Scope::Container, Some(number as u32));
                        waiting.places.push(WaitingPlace { scope, info, input, container });
                    }
                }
            }
            if !waiting.places.is_empty() {
                waiting.lines = subject.source.map(SourceText::kept);
                examined.waiting = Some(waiting);
            }
            self.settle(deferred, &places, &mut examined);
        }
        self.items(tree, subject, &places, &mut examined);
        examined.verdicts.sort_by_key(|v| v.check);
        examined
    }

    /// Checks that ask the inventory and could neither pass nor fail with what this run will see are settled at once.
    fn settle(&self, deferred: &Deferred, places: &Places, examined: &mut Examined) {
        let has_pod = !places.pods.is_empty();
        let has_container = places.pods.iter().any(|p| !p.containers.is_empty());
        let lists = [(&deferred.objects, true), (&deferred.pods, has_pod), (&deferred.containers, has_container)];
        for &check in lists.into_iter().filter(|(_, there)| *there).flat_map(|(l, _)| l) {
            if let (Some(reason), Some(_)) = (self.shared.missing(check, false), self.shared.missing(check, true)) {
                examined.verdicts.push(Verdict {
                    check,
                    object: 0,
                    findings: Vec::new(),
                    errors: Vec::new(),
                    reason: Some(reason.clone()),
                    evidence: None,
                });
            }
        }
    }

    fn items(&mut self, tree: &mut Tree, subject: &Subject<'_>, places: &Places, examined: &mut Examined) {
        let wanted = &self.shared.wanted;
        if wanted.is_empty() {
            return;
        }
        let whole = |reads| if self.shared.settings.whole_input { projection::Reads::everything() } else { reads };
        if let Some(reads) = wanted.reads(subject.id.group(), &subject.id.kind).map(whole) {
            examined.items.push(Item::object(tree, subject.id, subject.node, &reads, &mut self.buffer));
        }
        if let Some(reads) = wanted.workload().map(whole) {
            for pod in &places.pods {
                let (Some(node), Some(view)) =
                    (tree.get(pod.input, "pod"), normalise::workload_view(tree, places.object, pod))
                else {
                    continue;
                };
                examined.items.push(Item::workload(
                    tree,
                    subject.id,
                    subject.node,
                    (node, view),
                    &reads,
                    &mut self.buffer,
                ));
            }
        }
    }

    /// Outcomes of a bundle's checks on an input, from the cache when equal parts were seen before.
    fn outcomes(&mut self, tree: &Tree, bundle: &Bundle, input: NodeId) -> Outcomes {
        let shared = self.shared;
        let number = bundle.number as usize;
        if self.bundle_worth.len() <= number {
            self.bundle_worth.resize(number + 1, Worth::default());
        }
        let key = (shared.bundles.is_enabled() && self.bundle_worth[number].wanted()).then(|| {
            let seen = projection::key(tree, &self.hashes, &bundle.reads, input);
            projection::combine(&shared.key, &[u128::from(bundle.number) << 1 | 1, seen])
        });
        if let Some(key) = key {
            let found = shared.bundles.get(key);
            self.bundle_worth[number].note(found.is_some());
            if let Some(found) = found {
                return found;
            }
        }
        let mut passed = Vec::with_capacity(bundle.checks.len());
        let mut other = Vec::new();
        for &check in &bundle.checks {
            match self.local(tree, check, input, bundle.checks.len() > 1) {
                Local::Pass => passed.push(check),
                Local::None => {}
                local => other.push((check, local)),
            }
        }
        let outcomes = Outcomes { passed: passed.into(), other: other.into() };
        if let Some(key) = key {
            shared.bundles.put(key, outcomes.clone());
        }
        outcomes
    }

    fn local(&mut self, tree: &Tree, check: CheckNo, input: NodeId, cached: bool) -> Local {
        let shared = self.shared;
        let reads = &shared.plan.checks[check as usize].reads;
        let cached = cached && shared.locals.is_enabled() && !reads.whole && self.hands.is_worth_caching(check);
        let key = cached.then(|| {
            let seen = projection::key(tree, &self.hashes, reads, input);
            projection::combine(&shared.key, &[u128::from(check) << 1, seen])
        });
        if let Some(key) = key {
            let found = shared.locals.get(key);
            self.hands.note(check, found.is_some());
            if let Some(found) = found {
                return found;
            }
        }
        let local = self.hands.evaluate(shared, &Asked::default(), &shared.programs, check, (tree, input));
        if let Some(key) = key {
            shared.locals.put(key, local.clone());
        }
        local
    }
}

/// What a check looked at, as JSON text, at the first place where it looked at anything.
fn evidence(shared: &Evaluator<'_>, tree: &Tree, check: CheckNo, inputs: &[NodeId]) -> Option<Arc<str>> {
    let scope = shared.check(check).scope;
    let wanted = match scope {
        Scope::Container => "container",
        Scope::Pod => "containers",
        _ => "object",
    };
    let input = inputs.iter().find(|&&i| tree.get(i, wanted).is_some())?;
    let seen = projection::project(tree, &shared.plan.checks[check as usize].reads, *input, &mut projection::JsonSink);
    let text = seen.to_string();
    Some(if text.len() > 2000 { "{}".into() } else { text.into() })
}

struct TreeSpot<'a, 's> {
    tree: &'a Tree,
    subject: &'a Subject<'s>,
    infos: &'a [PlaceInfo],
}

impl Spot for TreeSpot<'_, '_> {
    fn locate(&self, place: usize, base: Base, path: &str) -> Located {
        let info = &self.infos[place];
        let prefix = match base {
            Base::Place => info.pointer.as_str(),
            Base::Pod => info.pod.as_str(),
            Base::Object => "",
        };
        let source = self.subject.source.map_or(Where::Nowhere, |s| Where::Text(s.lines()));
        let pointer = format!("{prefix}{path}");
        let mut located = locate(self.tree, self.subject.node, source, &Tokens::default(), &pointer);
        // The part below the base is what is wanted.
        let depth = prefix.matches('/').count();
        located.stable = located
            .stable
            .match_indices('/')
            .nth(depth)
            .map_or(String::new(), |(at, _)| located.stable[at..].to_owned());
        located
    }
}

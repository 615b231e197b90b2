//! The pipeline in one function, which every subcommand and the server call: jobs are loaded and examined on all cores while they are still
//! being produced, checks that ask the inventory run when the last input was read, and one sorted [`Report`] comes out.

mod collect;
mod finish;
mod held;

use crate::assess::baseline::Baseline;
use crate::assess::setting::CheckSettings;
use crate::assess::waiver::file::WaiverFile;
use crate::assess::waiver::{self, Names, Waivers};
use crate::model::fingerprint::Fingerprint;
use crate::model::inventory::{Coverage, Gap, KindCoverage, Skipped};
use crate::model::object::{Diagnostic, ObjectId, Origin};
use crate::model::report::{Report, Run};
use crate::model::tree::{NodeId, SourceText, Tree};
use crate::policy::cache::CacheStatistics;
use crate::policy::catalog::Catalog;
use crate::policy::deferred::LastPhase;
use crate::policy::engine::worker::{STACK_BYTES, Spent};
use crate::policy::evaluator::{Evaluator, Settings as PolicySettings, Subject, Tally};
use crate::policy::inventory::Inventory;
use crate::policy::plan::{Plan, Selection};
use collect::{Collected, Strings};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What a run is asked to do.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// which checks
    pub selection: Selection,
    /// how they are evaluated
    pub policy: PolicySettings,
    /// how completely kinds are known
    pub coverage: Coverage,
    /// rows for the report's `coverage`
    pub kinds: Vec<KindCoverage>,
    /// threads; 0 = one per core
    pub threads: usize,
    /// benchmarks to report, by id
    pub benchmarks: Vec<String>,
    /// list passes and what was out of reach
    pub include_passed: bool,
    /// waiver files, the day waivers are judged at, and whether the input may carry its own
    pub waivers: WaiverInput,
    /// settings of single checks
    pub checks: CheckSettings,
    /// findings of an earlier report
    pub baseline: Option<Baseline>,
    /// the run's description; `duration_ms` is filled in by the caller
    pub run: Run,
}

/// Waivers from outside the audited input, and how those inside it are treated.
#[derive(Clone, Debug, Default)]
pub struct WaiverInput {
    /// the day of the run; `None` takes the date that checks are judged at
    pub today: Option<jiff::civil::Date>,
    /// refuse waivers inside the audited input
    pub no_inline: bool,
    /// waiver files
    pub files: Vec<WaiverFile>,
}

/// How a run went, beside its report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// questions, and what the interpreter spent on them
    pub tally: Tally,
    /// checks by what the interpreter spent on them, most first
    pub slowest: Vec<(String, Spent)>,
    /// threads' time for reading and examining, then for the checks that ask for other objects, then for the report
    pub phases: [Duration; 3],
    /// lookups of whole bundles
    pub bundles: CacheStatistics,
    /// lookups of single checks
    pub locals: CacheStatistics,
}

/// An object of a loaded job.
#[derive(Debug)]
pub struct Loaded {
    /// who
    pub id: ObjectId,
    /// where from
    pub origin: Origin,
    /// its node
    pub node: NodeId,
    /// what the loader saw
    pub diagnostics: Vec<Diagnostic>,
}

/// What loading one job gave.
#[derive(Debug, Default)]
pub struct Job {
    /// position of the job in the input, for the order of the report
    pub order: (u32, u32, u32),
    /// objects in the tree
    pub objects: Vec<Loaded>,
    /// what could not be read
    pub gaps: Vec<Gap>,
    /// what was left out on purpose
    pub skipped: Vec<Skipped>,
    /// the document's text; empty when positions do not matter
    pub text: String,
    /// line on which the text starts
    pub line: u32,
    /// characters before the text on that line
    pub column: u32,
    /// comments that may be waivers
    pub comments: Vec<JobComment>,
}

/// A comment of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobComment {
    /// line of the file
    pub line: u32,
    /// offset in the text
    pub start: u32,
    /// nothing else stands on the line
    pub own_line: bool,
    /// what follows the `#`
    pub text: String,
}

/// Runs an audit.
///
/// `produce` gives jobs one after another to the function it is handed, on the calling thread, until that says no; `load` turns one job into
/// objects in a tree, on any thread.
pub fn run<J: Send>(
    catalog: &Catalog,
    settings: &Settings,
    produce: impl FnOnce(&mut dyn FnMut(J) -> bool),
    load: &(dyn Fn(J, &mut Tree) -> Job + Sync),
) -> (Report, Statistics) {
    let started = Instant::now();
    let plan = Plan::new(catalog, &settings.selection, &settings.coverage);
    let policy = PolicySettings { permissions: Some(crate::rbac::build), ..settings.policy.clone() };
    let evaluator = Evaluator::new(catalog, plan, policy);
    let threads = match settings.threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        n => n,
    };
    let waivers = waivers(catalog, &evaluator, settings);
    let shared = Shared { evaluator: &evaluator, settings, waivers: &waivers };
    let mut collected = Collected::new(&shared);
    let mut statistics = Statistics::default();
    let (send, receive) = crossbeam_channel::bounded::<Vec<J>>(threads * 4);
    std::thread::scope(|scope| {
        let worker = || {
            let mut session = evaluator.session();
            let mut mine = Collected::new(&shared);
            let mut strings = Strings::default();
            let mut tree = Tree::with_capacity(16 << 10);
            for batch in receive.iter() {
                for job in batch {
                    tree.clear();
                    session.next_document();
                    let job = load(job, &mut tree);
                    let source = (!job.text.is_empty()).then(|| SourceText::new(&job.text, job.line, job.column));
                    let mut extents = None;
                    for (number, loaded) in job.objects.iter().enumerate() {
                        let subject = Subject {
                            id: &loaded.id,
                            origin: &loaded.origin,
                            node: loaded.node,
                            diagnostics: &loaded.diagnostics,
                            source: source.as_ref(),
                        };
                        let examined = session.examine(&mut tree, &subject);
                        let held = shared.hold(&tree, loaded, &job, &mut extents);
                        mine.add(&shared, &mut strings, (job.order, number as u32), loaded, held, examined);
                    }
                    mine.gaps.extend(job.gaps);
                    mine.skipped.extend(job.skipped);
                }
            }
            (mine, session.tally())
        };
        let handles: Vec<_> = (0..threads)
            .map_while(|_| std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, worker).ok())
            .collect();
        let mut batch = Vec::new();
        // The first jobs go out one by one, so that a small input starts at once.
        let mut size = 1;
        produce(&mut |job| {
            batch.push(job);
            if batch.len() >= size {
                size = (size + 1).min(32);
                return send.send(std::mem::take(&mut batch)).is_ok();
            }
            true
        });
        let _ = send.send(batch);
        drop(send);
        for handle in handles {
            if let Ok((mine, tally)) = handle.join() {
                statistics.tally.add(&tally);
                collected.merge(mine);
            }
        }
    });
    let read = started.elapsed();
    last_phase(&shared, &mut collected, threads, &mut statistics);
    let asked = started.elapsed();
    (statistics.bundles, statistics.locals) = evaluator.statistics();
    let mut report = finish::report(&shared, collected);
    statistics.phases = [read, asked - read, started.elapsed() - asked];
    let spent = statistics.tally.spent.iter().enumerate().filter(|(_, s)| s.evaluations > 0);
    statistics.slowest = spent.map(|(n, s)| (evaluator.check(n as u32).id.clone(), *s)).collect();
    statistics.slowest.sort_by_key(|(_, s)| std::cmp::Reverse(s.time));
    if let Some(baseline) = &settings.baseline {
        let print = |check: &str, id: &ObjectId, origin: &Origin, stable: &str| {
            Fingerprint::new(check, id, origin, stable).to_string()
        };
        baseline.mark(&mut report, &print);
    }
    (report, statistics)
}

/// What threads share.
pub(crate) struct Shared<'r, 'c> {
    evaluator: &'r Evaluator<'c>,
    settings: &'r Settings,
    waivers: &'r Waivers,
}

fn waivers(catalog: &Catalog, evaluator: &Evaluator<'_>, settings: &Settings) -> Waivers {
    let running: std::collections::HashSet<&str> =
        (0..evaluator.plan.checks.len() as u32).map(|n| evaluator.check(n).id.as_str()).collect();
    let aliases = catalog.aliases.clone();
    let merged = catalog.merged.clone();
    let names = Names::new(
        catalog.checks.iter().map(|c| (c.id.as_str(), c.group.as_str(), running.contains(c.id.as_str()))),
        move |tool, id| {
            if tool.is_empty()
                && let Some(winner) = merged.get(id)
            {
                return vec![winner.clone()];
            }
            let of = aliases.iter().filter(|(t, _)| tool.is_empty() || t.as_str() == tool);
            if id == "*" {
                return of.flat_map(|(_, ids)| ids.values().flatten().cloned()).collect();
            }
            of.filter_map(|(_, ids)| ids.get(id)).flatten().cloned().collect()
        },
    );
    // Without any date every waiver that can expire has expired: stricter, never laxer.
    let of_run = settings.policy.constants.date.parse().unwrap_or(jiff::civil::Date::MAX);
    let today = settings.waivers.today.unwrap_or(of_run);
    let how = waiver::Settings { today, no_inline: settings.waivers.no_inline };
    Waivers::new(how, Arc::new(names), &settings.waivers.files)
}

/// Checks that ask the inventory, and cluster-wide ones.
fn last_phase(shared: &Shared<'_, '_>, collected: &mut Collected, threads: usize, statistics: &mut Statistics) {
    let evaluator = shared.evaluator;
    collected.sort();
    let waiting: Vec<usize> =
        (0..collected.objects.len()).filter(|&i| collected.objects[i].waiting.is_some()).collect();
    if waiting.is_empty() && evaluator.plan.cluster.is_empty() {
        return;
    }
    let inventory = Arc::new(Inventory::new(std::mem::take(&mut collected.items)));
    let phase = LastPhase::new(evaluator, &inventory);
    let next = AtomicUsize::new(0);
    let objects = &collected.objects;
    let (results, cluster, tally) = std::thread::scope(|scope| {
        let worker = || {
            let mut session = phase.session();
            let mut out = Vec::new();
            loop {
                let at = next.fetch_add(16, Ordering::Relaxed);
                let Some(chunk) = waiting.get(at..(at + 16).min(waiting.len())).filter(|c| !c.is_empty()) else {
                    break;
                };
                for &i in chunk {
                    if let Some(waiting) = &objects[i].waiting {
                        out.push((i, session.examine(&objects[i].row.id, waiting)));
                    }
                }
            }
            (out, session.tally())
        };
        let spawn = |_| std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, worker).ok();
        let handles: Vec<_> = (0..threads.min(waiting.len() / 16 + 1)).map_while(spawn).collect();
        let cluster = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, || {
            (!evaluator.plan.cluster.is_empty()).then(|| phase.session().cluster(&collect::cluster_id()))
        });
        let mut results = Vec::new();
        let mut tally = Tally::default();
        for handle in handles {
            if let Ok((mut out, theirs)) = handle.join() {
                results.append(&mut out);
                tally.add(&theirs);
            }
        }
        let cluster = cluster.ok().and_then(|h| h.join().ok()).flatten();
        (results, cluster, tally)
    });
    statistics.tally.add(&tally);
    let mut strings = Strings::default();
    for (i, examined) in results {
        collected.add_last(shared, &mut strings, i, examined);
    }
    if let Some(examined) = cluster {
        collected.add_cluster(shared, &mut strings, examined);
    }
}

/// `data.params` with the default of every setting.
pub fn default_params(catalog: &Catalog) -> serde_json::Value {
    let one = |c: &crate::model::check::Check| {
        let values: serde_json::Map<String, serde_json::Value> = c
            .params
            .iter()
            .map(|(name, p)| (name.clone(), serde_json::from_str(&p.default).unwrap_or_default()))
            .collect();
        (c.id.clone(), serde_json::Value::Object(values))
    };
    serde_json::Value::Object(catalog.checks.iter().filter(|c| !c.params.is_empty()).map(one).collect())
}

//! `audit cluster`: a live cluster, or a snapshot of one.
//!
//! Everything is listed before anything is judged: whether an absence counts is known only when the last list has ended.

use super::options::Options;
use super::output;
use super::setup::{self, Setup};
use super::{Error, Exit, Result, terminal};
use crate::assess::exit::Ending;
use crate::audit::{self, Job, Loaded};
use crate::model::check::{Check, Scope};
use crate::model::inventory::{Coverage, Gap};
use crate::model::object::{ObjectId, Origin};
use crate::model::tree::Tree;
use crate::policy::metadata;
use crate::policy::plan::Plan;
use crate::report::{Format, kubesec};
use crate::source::cluster::snapshot::read_snapshot;
use crate::source::cluster::{self, Collected, Item, Preflight, Progress, Row, Server};
use crate::source::{self, json};
use indicatif::{ProgressBar, ProgressDrawTarget};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

const AFTER_HELP: &str = "\
Examples:
  audit cluster                                    the current context of your kubeconfig
  audit cluster --context prod -n web,shop         two namespaces of another one
  audit cluster --preflight                        what these credentials may list, and nothing else
  audit cluster --save prod.snapshot.gz            keep what was read; audit it again with: audit scan prod.snapshot.gz
  audit cluster --benchmark pss-baseline -o html --output audit.html

Nothing is changed in the cluster; kinds are listed once each, politely. Secrets are read only with --secrets, and never their content.
Exit codes: 0 nothing at or above --fail-on, 1 something, 2 wrong usage, no connection, or something could not be listed.";

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    #[command(flatten)]
    connecting: Connecting,
    #[command(flatten)]
    options: Options,
}

/// How the cluster is found and read.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Connection")]
struct Connecting {
    /// Kubeconfig instead of $KUBECONFIG and ~/.kube/config
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// Context instead of the current one
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
    /// Use the service account of the pod we run in
    #[arg(long, conflicts_with_all = ["kubeconfig", "context"])]
    in_cluster: bool,
    /// Act as this user
    #[arg(long = "as", value_name = "USER")]
    as_user: Option<String>,
    /// And as these groups
    #[arg(long, value_name = "GROUP", value_delimiter = ',', requires = "as_user")]
    as_group: Vec<String>,
    /// Refuse kubeconfigs that run a program for credentials
    #[arg(long)]
    no_exec: bool,
    /// Only these namespaces
    #[arg(short, long, value_name = "NAME", value_delimiter = ',')]
    namespace: Vec<String>,
    /// Read Secrets, too: metadata and type, never their content
    #[arg(long)]
    secrets: bool,
    /// Kinds listed at the same time
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=32))]
    concurrency: u8,
    /// Objects per page to begin with
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    page_size: u32,
    /// Seconds for reading everything
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    deadline: u64,
    /// Write what was read to this file
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Tell what may be listed, and audit nothing
    #[arg(long)]
    preflight: bool,
}

impl Connecting {
    fn options(&self, date: &str) -> cluster::Options {
        cluster::Options {
            kubeconfig: self.kubeconfig.clone(),
            context: self.context.clone(),
            in_cluster: self.in_cluster,
            impersonate_user: self.as_user.clone(),
            impersonate_groups: self.as_group.clone(),
            no_exec: self.no_exec,
            namespaces: self.namespace.clone(),
            secrets: self.secrets,
            concurrency: usize::from(self.concurrency),
            page_size: self.page_size,
            deadline: Duration::from_secs(self.deadline),
            save: self.save.clone(),
            date: date.to_owned(),
            ..cluster::Options::default()
        }
    }
}

pub(super) fn run(args: &Args) -> Result {
    let started = Instant::now();
    let setup = Setup::new(&args.options, Some(false), "cluster", String::new())?;
    for file in args.connecting.save.iter().chain(&setup.config.output.file) {
        output::check(file)?;
    }
    let options = args.connecting.options(&setup.settings.run.started);
    let kinds = kinds(&setup);
    if args.connecting.preflight {
        let answer = cluster::preflight(&options, &kinds).map_err(Error::new)?;
        terminal::print(|out| out.write_all(permissions(&answer).as_bytes()))?;
        return Ok(if answer.permissions.iter().all(|p| p.allowed) { Exit::Clean } else { Exit::Incomplete });
    }
    let mut items = Vec::new();
    let watched = Watched::new(setup::shows_progress(&args.options));
    let collected = cluster::collect(
        &options,
        &kinds,
        &mut |item| {
            items.push(item);
            true
        },
        &watched,
    );
    watched.bar.finish_and_clear();
    finish(setup, &args.options, collected.map_err(Error::new)?, items, started)
}

/// Audits a file that `--save` wrote.
pub(super) fn snapshot(path: &Path, setup: Setup, options: &Options, started: Instant) -> Result {
    let mut snapshot = read_snapshot(path).map_err(Error::new)?;
    let collected = std::mem::take(&mut snapshot.header).collected();
    // What is missing at the end of a snapshot was not audited, and nothing may rest on its absence.
    let items: std::result::Result<Vec<Item>, _> = snapshot.collect();
    finish(setup, options, collected, items.map_err(Error::new)?, started)
}

/// Kinds that the chosen checks look at, ask for or need completely.
fn kinds(setup: &Setup) -> Vec<String> {
    let plan = Plan::new(&setup.catalog, &setup.settings.selection, &Coverage::files(true));
    let mut kinds: BTreeSet<String> = BTreeSet::from(["Namespace".to_owned()]);
    for check in plan.checks.iter().map(|p| &setup.catalog.checks[p.catalog]) {
        let Check { scope, requires, analysis, .. } = check;
        let named = check.kinds.iter().chain(&requires.pass).chain(&requires.fail).chain(analysis.asks.keys());
        kinds.extend(named.filter(|k| *k != "*" && *k != "Cluster").cloned());
        if matches!(scope, Scope::Container | Scope::Pod) && check.kinds.is_empty() {
            kinds.insert("Workload".to_owned());
        }
    }
    kinds.into_iter().collect()
}

fn finish(mut setup: Setup, options: &Options, collected: Collected, items: Vec<Item>, started: Instant) -> Result {
    let Server { url, context, version, .. } = &collected.server;
    setup.settings.coverage = collected.coverage();
    setup.settings.kinds = collected.kinds();
    setup.settings.run.source = "cluster".to_owned();
    setup.settings.run.target.clone_from(url);
    // The cluster's own version counts unless another one was asked for.
    if setup.config.kubernetes_version.is_none()
        && let Some((major, minor)) = metadata::version(version)
    {
        let version = format!("{major}.{minor}");
        setup.settings.selection.kubernetes_version.clone_from(&version);
        setup.settings.policy.constants.kubernetes_version.clone_from(&version);
        setup.settings.run.kubernetes_version = version;
    }
    let origin = Origin::Cluster { context: if context.is_empty() { url.as_str() } else { context }.into() };
    let limits = source::Limits::default();
    let produce = |give: &mut dyn FnMut((u32, Item)) -> bool| {
        for piece in (0..).zip(items) {
            if !give(piece) {
                break;
            }
        }
    };
    let load = |piece: (u32, Item), tree: &mut Tree| load(piece, tree, &origin, &limits);
    let (mut report, _) = audit::run(&setup.catalog, &setup.settings, produce, &load);
    report.gaps.extend(collected.gaps);
    report.gaps.sort();
    report.gaps.dedup();
    report.notes.extend(collected.notes.iter().map(|n| Arc::from(n.as_str())));
    report.notes.sort();
    report.notes.dedup();
    report.run.duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);

    let file = setup.config.output.file.as_deref();
    let mut view = output::view(&options.showing, &setup.config.severity, setup.format, file);
    if setup.format == Format::Kubesec {
        let benchmark = setup.catalog.benchmarks.iter().find(|b| b.id == kubesec::BENCHMARK);
        view.rules = benchmark.map(|b| b.rules.clone()).unwrap_or_default();
    }
    if setup.format != Format::Table || options.showing.quiet || file.is_some() {
        output::tell_gaps(&report, setup.config.allow_incomplete);
    }
    output::report(setup.format, &report, &view, file)?;
    Ok(Ending::of(&report).exit(setup.rules()))
}

fn load((number, item): (u32, Item), tree: &mut Tree, origin: &Origin, limits: &source::Limits) -> Job {
    let id = ObjectId {
        api_version: item.api_version,
        kind: item.kind,
        namespace: item.namespace.into(),
        name: item.name.into(),
    };
    let broken = |detail: String| Gap {
        what: format!("{} {}/{}", id.kind, id.namespace, id.name).into(),
        reason: "syntax".into(),
        detail: detail.into(),
        line: 0,
        column: 0,
        excerpt: "".into(),
    };
    let mut diagnostics = Vec::new();
    let parsed = match std::str::from_utf8(&item.bytes) {
        Ok(text) => json::parse(text, tree, limits, &mut diagnostics).map_err(|e| e.message),
        Err(e) => Err(e.to_string()),
    };
    match parsed {
        Ok(()) => {
            let loaded = Loaded { id, origin: origin.clone(), node: tree.root(), diagnostics };
            Job { order: (number, 0, 0), objects: vec![loaded], ..Job::default() }
        }
        Err(detail) => Job { gaps: vec![broken(detail)], ..Job::default() },
    }
}

fn permissions(answer: &Preflight) -> String {
    let Server { url, version, user, .. } = &answer.server;
    let mut out = format!("{url}  {version}  as {user}\n");
    for p in &answer.permissions {
        let word = if p.allowed { "yes" } else { "no " };
        let namespace = if p.namespace.is_empty() { String::new() } else { format!(" in {}", p.namespace) };
        let reason = if p.reason.is_empty() { String::new() } else { format!("  ({})", p.reason) };
        out.push_str(&format!("{word}  {}{namespace}{reason}\n", p.kind));
    }
    for note in &answer.notes {
        out.push_str(&format!("note: {note}\n"));
    }
    out
}

/// Progress on standard error.
struct Watched {
    bar: ProgressBar,
}

impl Watched {
    fn new(shown: bool) -> Watched {
        let target = if shown { ProgressDrawTarget::stderr_with_hz(8) } else { ProgressDrawTarget::hidden() };
        Watched { bar: ProgressBar::with_draw_target(None, target) }
    }
}

impl Progress for Watched {
    fn connected(&self, server: &Server) {
        self.bar.set_message(format!("{} {}", server.url, server.version));
    }

    fn page(&self, kind: &str, items: u64, remaining: Option<u64>) {
        let rest = remaining.map_or_else(String::new, |n| format!(" of about {}", items + n));
        self.bar.set_message(format!("{items}{rest} {kind}"));
        self.bar.tick();
    }

    fn done(&self, _row: &Row) {
        self.bar.inc(1);
    }
}

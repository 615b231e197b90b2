//! `audit cluster`: a live cluster, or a snapshot of one.
//!
//! Everything is listed before anything is judged: whether an absence counts is known only when the last list has ended.

use super::connection::Connection;
use super::options::Options;
use super::output;
use super::publish;
use super::setup::{self, Setup};
use super::{Error, Exit, Result, terminal};
use crate::assess::exit::Ending;
use crate::audit::{self, Job, Loaded};
use crate::model::inventory::Gap;
use crate::model::object::{ObjectId, Origin};
use crate::model::report::Report;
use crate::model::tree::Tree;
use crate::policy::metadata;
use crate::report::{Format, kubesec};
use crate::source::cluster::snapshot::read_snapshot;
use crate::source::cluster::{self, Collected, Item, Preflight, Progress, Row, Server};
use crate::source::{self, json};
use indicatif::{ProgressBar, ProgressDrawTarget};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

const AFTER_HELP: &str = "\
Examples:
  audit cluster                                    the current context of your kubeconfig
  audit cluster --context prod -n web,shop         two namespaces of another one
  audit cluster --preflight                        what these credentials may list, and nothing else
  audit cluster --save prod.snapshot.gz            keep what was read; audit it again with: audit scan prod.snapshot.gz
  audit cluster --publish configmap/kube-audit/report   where everybody finds it
  audit cluster --benchmark pss-baseline -o html --output audit.html

Nothing is changed in the cluster but what --publish names; kinds are listed once each, politely. Secrets are read only with --secrets, and never their content.
Exit codes: 0 nothing at or above --fail-on, 1 something, 2 wrong usage, no connection, or something could not be listed.";

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    options: Options,
}

/// What is read of it.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What is read")]
struct Reading {
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
    /// Write summary and report to this ConfigMap, which must be there: configmap/NAME or configmap/NAMESPACE/NAME
    #[arg(long, value_name = "OBJECT", value_parser = publish::destination, conflicts_with = "preflight")]
    publish: Option<publish::Destination>,
    /// Tell what may be listed, and audit nothing
    #[arg(long)]
    preflight: bool,
}

impl Args {
    fn collecting(&self, date: &str) -> cluster::Options {
        let Reading { namespace, secrets, concurrency, page_size, deadline, save, .. } = &self.reading;
        cluster::Options {
            namespaces: namespace.clone(),
            secrets: *secrets,
            concurrency: usize::from(*concurrency),
            page_size: *page_size,
            deadline: Duration::from_secs(*deadline),
            save: save.clone(),
            date: date.to_owned(),
            ..self.connection.options()
        }
    }
}

pub(super) fn run(args: &Args) -> Result {
    let started = Instant::now();
    let setup = Setup::new(&args.options, Some(false), "cluster", String::new())?;
    for file in args.reading.save.iter().chain(&setup.config.output.file) {
        output::check(file)?;
    }
    let options = args.collecting(&setup.settings.run.started);
    let kinds = setup.kinds();
    if args.reading.preflight {
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
    let (report, exit) = finish(setup, &args.options, collected.map_err(Error::new)?, items, started)?;
    match &args.reading.publish {
        None => Ok(exit),
        // The report was given; that it was not kept as asked for must not go unseen.
        Some(destination) => match publish::publish(&options, destination, &report, exit) {
            Ok(()) => Ok(exit),
            Err(e) => {
                terminal::complain(&e);
                Ok(if exit == Exit::Clean { Exit::Incomplete } else { exit })
            }
        },
    }
}

/// Audits a file that `--save` wrote.
pub(super) fn snapshot(path: &Path, setup: Setup, options: &Options, started: Instant) -> Result {
    let mut snapshot = read_snapshot(path).map_err(Error::new)?;
    let collected = std::mem::take(&mut snapshot.header).collected();
    // What is missing at the end of a snapshot was not audited, and nothing may rest on its absence.
    let items: std::result::Result<Vec<Item>, _> = snapshot.collect();
    Ok(finish(setup, options, collected, items.map_err(Error::new)?, started)?.1)
}

fn finish(
    mut setup: Setup,
    options: &Options,
    collected: Collected,
    items: Vec<Item>,
    started: Instant,
) -> Result<(Report, Exit)> {
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
    let exit = Ending::of(&report).exit(setup.rules());
    Ok((report, exit))
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

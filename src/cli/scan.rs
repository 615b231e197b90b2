//! `audit scan`: manifests from files, folders and standard input.

use super::cluster;
use super::intake::{self, Intake, Piece, Remembered};
use super::options::Options;
use super::output;
use super::setup::{self, Setup};
use super::{Error, Exit, Result};
use crate::assess::exit::Ending;
use crate::audit;
use crate::model::report::Report;
use crate::report::{Format, View, kubesec, lines_to_show};
use crate::source::cluster::snapshot;
use clap::builder::BoolishValueParser;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const AFTER_HELP: &str = "\
Examples:
  audit scan pod.yaml                             one file
  audit scan prod.snapshot.gz                     what `audit cluster --save` wrote
  audit scan manifests/ 'charts/*/rendered.yaml'  folders and patterns
  helm template charts/web | audit scan -         what a chart makes
  kubectl get all -A -o json | audit scan -       what runs
  audit scan . -o sarif --output audit.sarif --fail-on critical
  audit scan . --benchmark pss-restricted         against the Pod Security Standards

Exit codes: 0 nothing at or above --fail-on, 1 something, 2 wrong usage, or incomplete: something could not be read.
Every flag can be set by an environment variable (--fail-on by AUDIT_FAIL_ON) or in audit.yaml (fail-on: critical).";

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// Files, folders, patterns, or - for standard input [default: the working directory]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The input is everything there is: what is not in it does not exist
    #[arg(long, help_heading = "What is read", value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = BoolishValueParser::new())]
    complete: Option<bool>,
    /// Read hidden files and vendored folders, too
    #[arg(long, help_heading = "What is read")]
    all_files: bool,
    #[command(flatten)]
    options: Options,
    /// End as kubesec does: 2 when an object scores 0 or less
    #[arg(long, help_heading = "Output")]
    kubesec_exit: bool,
}

pub(super) fn run(args: &Args) -> Result {
    let started = Instant::now();
    let paths = intake::paths(&args.paths);
    let target = paths.iter().map(|p| p.to_string_lossy()).collect::<Vec<_>>().join(" ");
    let setup = Setup::new(&args.options, args.complete, "scan", target)?;
    if args.kubesec_exit && setup.format != Format::Kubesec {
        return Err(Error::new("--kubesec-exit needs kubesec's scores; add -o kubesec"));
    }
    if let Some(file) = &setup.config.output.file {
        output::check(file)?;
    }
    if let Some(path) = paths.iter().find(|p| is_snapshot(p)) {
        if paths.len() > 1 {
            let message = format!(
                "{} is a snapshot of a cluster; audit it alone, because it is complete in itself",
                path.display()
            );
            return Err(Error::new(message));
        }
        return cluster::snapshot(path, setup, &args.options, started);
    }
    let intake = Intake::of(&paths, &setup.config.limits, args.all_files);
    let mut remembered = Remembered::default();
    let mut progress = Progress::new(setup::shows_progress(&args.options), started);
    let produce = |give: &mut dyn FnMut(Piece) -> bool| {
        intake.produce(&mut remembered, &mut |piece| {
            progress.step();
            give(piece)
        });
        progress.bar.set_message("documents read; asking what needs all of them");
    };
    let load = |piece: Piece, tree: &mut _| intake::load(piece, tree, intake.settings());
    let (mut report, statistics) = audit::run(&setup.catalog, &setup.settings, produce, &load);
    progress.bar.finish_and_clear();
    report.run.duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);

    let showing = &args.options.showing;
    let file = setup.config.output.file.as_deref();
    let mut view = output::view(showing, &setup.config.severity, setup.format, file);
    if setup.format == Format::Table {
        let lines = lines_to_show(&report, &view);
        view.snippets = intake.lines(&lines, &remembered);
    }
    // A form for programs, a file, and findings alone do not tell a person what is missing.
    if setup.format != Format::Table || showing.quiet || file.is_some() {
        output::tell_gaps(&report, setup.config.allow_incomplete);
    }
    if setup.format == Format::Kubesec {
        let benchmark = setup.catalog.benchmarks.iter().find(|b| b.id == kubesec::BENCHMARK);
        view.rules = benchmark.map(|b| b.rules.clone()).unwrap_or_default();
    }
    output::report(setup.format, &report, &view, file)?;
    if showing.verbose > 1 {
        output::tell_cost(&statistics, report.run.duration_ms);
    }
    if args.kubesec_exit {
        return kubesec_exit(&report, &view);
    }
    Ok(Ending::of(&report).exit(setup.rules()))
}

/// Whether a file was written by `audit cluster --save`; what cannot be read is not, and is told of later.
pub(super) fn is_snapshot(path: &Path) -> bool {
    const HEAD: u64 = 200;
    let mut head = Vec::new();
    let read = path.is_file() && File::open(path).is_ok_and(|f| f.take(HEAD).read_to_end(&mut head).is_ok());
    // gzip and zstd: nothing else of ours is compressed.
    let packed = head.starts_with(&[0x1f, 0x8b]) || head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]);
    read && (packed && snapshot::read_snapshot(path).is_ok() || snapshot::is_snapshot(&head))
}

/// kubesec's own rule, from its own numbers.
fn kubesec_exit(report: &Report, view: &View) -> Result {
    #[derive(serde::Deserialize)]
    struct Scored {
        score: i64,
    }
    let mut text = Vec::new();
    kubesec::write(report, view, &mut text)?;
    let scores: Vec<Scored> = serde_json::from_slice(&text).map_err(|e| Error::new(format!("kubesec's form: {e}")))?;
    let low = scores.is_empty() || scores.iter().any(|s| s.score <= 0);
    Ok(if low { Exit::Incomplete } else { Exit::Clean })
}

/// Progress on standard error; appears only when the work takes long.
struct Progress {
    bar: ProgressBar,
    waits: bool,
    started: Instant,
}

impl Progress {
    fn new(shown: bool, started: Instant) -> Progress {
        Progress { bar: ProgressBar::hidden(), waits: shown, started }
    }

    /// One more document.
    fn step(&mut self) {
        self.bar.inc(1);
        if !self.waits || self.started.elapsed() < Duration::from_millis(600) {
            return;
        }
        self.waits = false;
        if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} {msg} {elapsed}") {
            self.bar.set_style(style);
        }
        self.bar.set_message("documents");
        self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(8));
        self.bar.enable_steady_tick(Duration::from_millis(250));
    }
}

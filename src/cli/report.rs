//! `audit report`: a stored JSON report in another format, or two of them compared.

use super::options::Showing;
use super::output;
use super::{Error, Exit, Result};
use crate::assess::exit::{Ending, Rules};
use crate::model::check::Severity;
use crate::model::report::Report;
use crate::report::compare::{Change, Comparison};
use crate::report::{Format, compare, json};
use std::io::Read;
use std::path::{Path, PathBuf};

const AFTER_HELP: &str = "\
Examples:
  audit scan . -o json --output audit.json        store a report
  audit report audit.json                         show it
  audit report audit.json -o html --output audit.html
  audit report old.json new.json                  what is new, what was fixed
  audit report old.json new.json --fail-on high   exit code 1 when something new is that bad

Without --fail-on the exit code is 0: showing a report is no audit.";

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// A JSON report, or - for standard input
    #[arg(value_name = "REPORT")]
    report: PathBuf,
    /// A newer one, to compare with
    #[arg(value_name = "NEWER")]
    newer: Option<PathBuf>,
    /// Least severity that makes the exit code 1: critical, high, medium, low or info
    #[arg(long, value_name = "SEVERITY")]
    fail_on: Option<Severity>,
    #[command(flatten)]
    showing: Showing,
}

/// Reads a stored report.
pub(super) fn read(path: &Path) -> std::result::Result<Report, Error> {
    let mut text = Vec::new();
    let outcome = if path == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut text)
    } else {
        std::fs::File::open(path).and_then(|mut f| f.read_to_end(&mut text))
    };
    outcome.map_err(|e| Error::reading(path, &e))?;
    json::read(&text).map_err(|e| Error::new(format!("{}: {e}", path.display())))
}

pub(super) fn run(args: &Args) -> Result {
    let format: Format = match &args.showing.output_format {
        Some(word) => word.parse().map_err(Error::new)?,
        None => Format::Table,
    };
    let severities: Vec<Severity> =
        args.showing.severity.iter().map(|s| s.parse()).collect::<std::result::Result<_, _>>().map_err(Error::new)?;
    let file = args.showing.output.as_deref();
    let mut view = output::view(&args.showing, &severities, format, file);
    // Its files may have changed since, or be somewhere else.
    view.hints.fix = false;
    let report = read(&args.report)?;
    let Some(newer) = &args.newer else {
        if format == Format::Kubesec {
            let benchmarks = crate::policy::builtin::catalog().benchmarks;
            view.rules = benchmarks.into_iter().find(|b| b.id == "kubesec").map(|b| b.rules).unwrap_or_default();
        }
        output::report(format, &report, &view, file)?;
        let rules = Rules { fail_on: args.fail_on, allow_incomplete: true };
        return Ok(match args.fail_on {
            Some(_) => Ending::of(&report).exit(rules),
            None => Exit::Clean,
        });
    };
    let newer = read(newer)?;
    let comparison = Comparison::of(&report, &newer);
    output::write(file, |out| compare::write(format, &comparison, &view, out)).map_err(|e| match e {
        Error::Output(e) if e.kind() == std::io::ErrorKind::Unsupported => Error::new(e),
        e => e,
    })?;
    let is_new = |e: &&compare::Entry<'_>| e.change == Change::New;
    let worst = comparison.entries.iter().filter(is_new).map(|e| e.finding.severity).min();
    let fails = worst.zip(args.fail_on).is_some_and(|(worst, least)| worst <= least);
    Ok(if fails { Exit::Failed } else { Exit::Clean })
}

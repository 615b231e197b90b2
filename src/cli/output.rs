//! Writing a report: where to, in what form, for whom; and telling on standard error what a form for programs cannot tell a person.

use super::options::Showing;
use super::{Error, terminal};
use crate::audit::Statistics;
use crate::model::check::Severity;
use crate::model::inventory::Gap;
use crate::model::report::Report;
use crate::policy::cache::CacheStatistics;
use crate::report::{self, Format, Hints, View};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::Duration;

/// The view of a report that the flags ask for.
pub(super) fn view(showing: &Showing, severities: &[Severity], format: Format, file: Option<&Path>) -> View {
    let on_screen = file.is_none() && format == Format::Table;
    View {
        width: if on_screen { terminal::width() } else { None },
        color: on_screen && showing.color.on_stdout(),
        verbose: showing.verbose,
        severities: (!severities.is_empty()).then(|| severities.to_vec()),
        include_passed: showing.include_passed,
        quiet: showing.quiet,
        hints: Hints { commands: on_screen, fix: false },
        ..View::default()
    }
}

/// Whether a file can be written at all; better told before a long run than after it.
pub(super) fn check(file: &Path) -> Result<(), Error> {
    if file.is_dir() {
        return Err(Error::writing(file, &io::ErrorKind::IsADirectory.into()));
    }
    match file.parent().filter(|p| !p.as_os_str().is_empty()) {
        Some(folder) if !folder.is_dir() => Err(Error::writing(file, &io::ErrorKind::NotFound.into())),
        _ => Ok(()),
    }
}

/// Gives a writer for the report to `write`: standard output, or a file that is complete or not there.
pub(super) fn write(file: Option<&Path>, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    let Some(path) = file else {
        return terminal::print(write);
    };
    let fail = |e: io::Error| Error::writing(path, &e);
    // Special files such as /dev/stderr are written in place.
    if path.metadata().is_ok_and(|m| !m.is_file()) {
        let mut out = BufWriter::new(std::fs::OpenOptions::new().write(true).open(path).map_err(fail)?);
        return write(&mut out).and_then(|()| out.flush()).map_err(fail);
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let done = std::fs::File::create(&part).and_then(|f| {
        let mut out = BufWriter::new(f);
        write(&mut out)?;
        out.flush()?;
        std::fs::rename(&part, path)
    });
    done.map_err(|e| {
        // What is left of it helps nobody.
        let _ = std::fs::remove_file(&part);
        fail(e)
    })
}

/// Writes a report in a format.
pub(super) fn report(format: Format, report: &Report, view: &View, file: Option<&Path>) -> Result<(), Error> {
    write(file, |out| report::write(format, report, view, out)).map_err(|e| match e {
        // A format that cannot show this report says so itself.
        Error::Output(e) if e.kind() == io::ErrorKind::Unsupported => Error::new(e),
        e => e,
    })
}

/// Tells what a run cost and which checks cost most, for authors of checks.
pub(super) fn tell_cost(statistics: &Statistics, wall_ms: u64) {
    const SHOWN: usize = 20;
    let tally = &statistics.tally;
    let interpreted: Duration = tally.spent.iter().map(|s| s.time).sum();
    let [read, asked, told] = statistics.phases;
    terminal::remark(&format!(
        "audit: {} questions, {} answered by the interpreter in {} ms of {wall_ms} (reading {}, asking other objects {}, report {})",
        tally.answered,
        tally.evaluations(),
        interpreted.as_millis(),
        read.as_millis(),
        asked.as_millis(),
        told.as_millis(),
    ));
    let rate = |s: CacheStatistics| format!("{} of {} lookups, {} dropped", s.hits, s.hits + s.misses, s.dropped);
    terminal::remark(&format!(
        "       found in the cache: bundles {}; single checks {}",
        rate(statistics.bundles),
        rate(statistics.locals)
    ));
    for (id, spent) in statistics.slowest.iter().take(SHOWN) {
        let each = spent.time.as_secs_f64() * 1e6 / spent.evaluations as f64;
        terminal::remark(&format!(
            "       {:>8.1} ms {:>8} times {each:>8.1} us each  {id}",
            spent.time.as_secs_f64() * 1e3,
            spent.evaluations
        ));
    }
}

/// Tells a person what could not be read, when the report itself is for a program.
pub(super) fn tell_gaps(report: &Report, allowed: bool) {
    const SHOWN: usize = 20;
    for gap in report.gaps.iter().take(SHOWN) {
        terminal::remark(&gap_text(gap));
    }
    if report.gaps.len() > SHOWN {
        terminal::remark(&format!("       and {} more, see the report", report.gaps.len() - SHOWN));
    }
    if !report.gaps.is_empty() {
        let rest = if allowed { "" } else { ", so the run is incomplete (exit code 2 unless something failed)" };
        terminal::remark(&format!("       everything else was audited{rest}"));
    }
}

/// `audit: cannot read deploy.yaml: line 12, column 3: ...` with the line and a mark below it.
fn gap_text(gap: &Gap) -> String {
    let at = match (gap.line, gap.column) {
        (0, _) => String::new(),
        (line, 0) => format!("line {line}: "),
        (line, column) => format!("line {line}, column {column}: "),
    };
    let what = match gap.what.strip_prefix('-').filter(|rest| rest.is_empty() || rest.starts_with(' ')) {
        Some(rest) => format!("standard input{rest}"),
        None => gap.what.to_string(),
    };
    let mut text = format!("audit: cannot read {}: {at}{}", safe(&what), safe(&gap.detail));
    let columns = terminal::error_width().saturating_sub(16);
    if !gap.excerpt.trim().is_empty() && gap.excerpt.chars().count() <= columns {
        text.push_str(&format!("\n       {:>4} | {}", gap.line, safe(&gap.excerpt)));
        if gap.column > 0 {
            text.push_str(&format!("\n            | {}^", " ".repeat(gap.column as usize - 1)));
        }
    }
    text
}

/// Text from the input cannot draw on the terminal.
fn safe(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

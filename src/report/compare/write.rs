//! A comparison as table, JSON or Markdown.

use super::{Change, Comparison, Entry};
use crate::model::check::Severity;
use crate::model::report::{FORMAT_VERSION, Grade, Report, Run};
use crate::report::json::{Each, Lines, shape};
use crate::report::markdown::{code, escape};
use crate::report::{Format, View, account, tenths, text};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

/// Writes a comparison as `table`, `json` or `markdown`.
pub fn write(format: Format, comparison: &Comparison<'_>, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        Format::Table => table(comparison, view, out),
        Format::Json => json(comparison, view, out),
        Format::Markdown => markdown(comparison, view, out),
        _ => Err(io::Error::new(
            io::ErrorKind::Unsupported,
            format!("a comparison cannot be written as {format}; use table, json or markdown"),
        )),
    }
}

fn table(comparison: &Comparison<'_>, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let columns = view.width.map_or(usize::MAX / 2, |w| usize::from(w).max(40));
    let mut say = |text: &str, indent: usize| -> io::Result<()> {
        for (i, line) in text::wrap(text, columns - indent, columns - indent - 2).iter().enumerate() {
            writeln!(out, "{:1$}{line}", "", if i == 0 { indent } else { indent + 2 })?;
        }
        Ok(())
    };
    if !view.quiet {
        say(&format!("Score  {}", comparison.scores()), 0)?;
        say(&comparison.counts(), 0)?;
    }
    for change in Change::ALL {
        let listed = change != Change::Unchanged || view.verbose > 0;
        let entries: Vec<&Entry<'_>> = comparison.shown(view).filter(|e| e.change == change && listed).collect();
        if entries.is_empty() {
            continue;
        }
        say("", 0)?;
        say(&format!("{}:", change.words()), 0)?;
        for entry in entries {
            say(&entry.line(), 2)?;
        }
    }
    if let Some(missing) = account::incomplete(comparison.new).filter(|_| !view.quiet) {
        say("", 0)?;
        say(&format!("incomplete: {missing}"), 0)?;
    }
    out.flush()
}

#[derive(Serialize)]
struct Document<'a, E> {
    version: &'static str,
    tool: shape::Tool,
    old: Side<'a>,
    new: Side<'a>,
    delta: Delta,
    counts: BTreeMap<&'static str, u64>,
    findings: E,
}

#[derive(Serialize)]
struct Side<'a> {
    run: &'a Run,
    points: i64,
    percent: Option<f64>,
    grade: Option<Grade>,
    coverage: Option<f64>,
    incomplete: bool,
}

impl<'a> Side<'a> {
    fn of(r: &'a Report) -> Side<'a> {
        Side {
            run: &r.run,
            points: r.score.points,
            percent: r.score.percent().map(tenths),
            grade: r.score.grade(),
            coverage: r.score.coverage().map(tenths),
            incomplete: r.is_incomplete(),
        }
    }
}

#[derive(Serialize)]
struct Delta {
    points: i64,
    percent: Option<f64>,
}

#[derive(Serialize)]
struct Row<'a> {
    change: Change,
    check: &'a str,
    severity: Severity,
    api_version: &'a str,
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
    file: &'a str,
    place: &'a str,
    pointer: &'a str,
    line: u32,
    column: u32,
    message: &'a str,
    fingerprint: String,
}

impl<'a> Row<'a> {
    fn of(e: &'a Entry<'_>) -> Row<'a> {
        let object = &e.report.objects[e.verdict.object as usize];
        Row {
            change: e.change,
            check: &e.report.checks[e.verdict.check as usize].id,
            severity: e.finding.severity,
            api_version: &object.id.api_version,
            kind: &object.id.kind,
            namespace: &object.id.namespace,
            name: &object.id.name,
            file: object.origin.file(),
            place: &e.finding.place,
            pointer: &e.finding.pointer,
            line: e.finding.start.line,
            column: e.finding.start.column,
            message: &e.finding.message,
            fingerprint: e.fingerprint.to_string(),
        }
    }
}

fn json(comparison: &Comparison<'_>, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    let document = Document {
        version: FORMAT_VERSION,
        tool: shape::Tool::this(),
        old: Side::of(comparison.old),
        new: Side::of(comparison.new),
        delta: Delta { points: comparison.new.score.points - comparison.old.score.points, percent: comparison.delta() },
        counts: Change::ALL.into_iter().map(|c| (c.word(), comparison.count(c))).collect(),
        findings: Each(|| comparison.shown(view).map(Row::of)),
    };
    let mut out = BufWriter::with_capacity(1 << 16, out);
    document.serialize(&mut serde_json::Serializer::with_formatter(&mut out, Lines::to_depth(2)))?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Bytes of a comment on a pull request that are used at most.
const COMMENT: usize = 60_000;

fn markdown(comparison: &Comparison<'_>, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page =
        format!("## Kubernetes audit: {}\n\n{}.\n", escape(&comparison.scores()), escape(&comparison.counts()));
    if let Some(missing) = account::incomplete(comparison.new) {
        page.push_str(&format!("\n**Incomplete:** {}.\n", escape(&missing)));
    }
    for change in Change::ALL.into_iter().filter(|c| *c != Change::Unchanged || view.verbose > 0) {
        let entries: Vec<&Entry<'_>> = comparison.shown(view).filter(|e| e.change == change).collect();
        if entries.is_empty() {
            continue;
        }
        page.push_str(&format!("\n### {} {}\n\n", text::number(entries.len() as u64), change.words()));
        page.push_str("| severity | check | where | what |\n|---|---|---|---|\n");
        for (n, e) in entries.iter().enumerate() {
            let check = code(&e.report.checks[e.verdict.check as usize].id);
            let place = format!("{} {}", e.position().map_or(String::new(), |p| code(&p)), code(&e.object()));
            let what = escape(&text::cut(&e.message(), 600));
            let row = format!("| {} | {check} | {} | {what} |\n", e.finding.severity, place.trim());
            if page.len() + row.len() > COMMENT {
                page.push_str(&format!("\nand {} more.\n", entries.len() - n));
                break;
            }
            page.push_str(&row);
        }
    }
    out.write_all(page.as_bytes())
}

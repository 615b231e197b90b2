//! The view at a terminal or in a log: how bad is it, what exactly is wrong and where, what next.
//!
//! Three shapes, chosen by content: one object, many files, a cluster. A terminal of 100 columns or more shows findings as
//! blocks with their source line; a narrower one, and anything that is not a terminal, one line per finding that
//! editors can jump to. Colour only underlines what words say.

use super::View;
use super::text;
use crate::model::check::Severity;
use crate::model::object::Origin;
use crate::model::report::{Grade, Report};
use anstyle::{AnsiColor, Style};
use std::io::{self, BufWriter, Write};
use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::{Alignment, Padding, Style as Border};

mod account;
mod benchmark;
mod cluster;
mod findings;
mod objects;

/// Columns from which on findings are blocks with their source line.
const WIDE: usize = 100;

/// Writes the report for a person.
pub fn write(report: &Report, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page { out: BufWriter::new(out), view, report };
    if view.quiet {
        page.findings_as_lines(&super::shown::open(report, view), report.objects.len() != 1)?;
    } else {
        let shape = Shape::of(report);
        match shape {
            Shape::Cluster => page.cluster()?,
            Shape::One => page.one_object()?,
            Shape::Many => page.many_objects()?,
        }
        page.account(!matches!(shape, Shape::Cluster))?;
    }
    page.out.flush()
}

enum Shape {
    One,
    Many,
    Cluster,
}

impl Shape {
    fn of(report: &Report) -> Shape {
        let mut real = report.objects.iter().filter(|o| !o.synthetic);
        match (real.next(), real.next()) {
            _ if report.run.source == "cluster" => Shape::Cluster,
            (Some(first), _) if matches!(first.origin, Origin::Cluster { .. }) => Shape::Cluster,
            (Some(_), None) if report.gaps.is_empty() => Shape::One,
            _ => Shape::Many,
        }
    }
}

/// What is being written on.
struct Page<'a> {
    out: BufWriter<&'a mut dyn io::Write>,
    view: &'a View,
    report: &'a Report,
}

impl Page<'_> {
    /// Columns that may be used; without a terminal nothing is broken.
    fn columns(&self) -> usize {
        self.view.width.map_or(usize::MAX / 2, |w| usize::from(w).max(40))
    }

    fn is_terminal(&self) -> bool {
        self.view.width.is_some()
    }

    fn is_wide(&self) -> bool {
        self.is_terminal() && self.columns() >= WIDE
    }

    /// How many rows of an overview are shown before the rest is only counted.
    fn rows(&self) -> usize {
        if self.view.verbose > 0 { usize::MAX } else { 20 }
    }

    fn paint(&self, style: Style, text: &str) -> String {
        if self.view.color && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    fn line(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.out, "{}", line.trim_end())
    }

    /// A paragraph behind a label (already said in `style`), further lines indented.
    fn paragraph(&mut self, label: &str, style: Style, text: &str, indent: usize) -> io::Result<()> {
        let columns = self.columns();
        let used = if label.is_empty() { indent } else { text::width(label) + 1 };
        let lines = text::wrap(text, columns.saturating_sub(used), columns.saturating_sub(indent).max(20));
        for (i, line) in lines.iter().enumerate() {
            let line = match (i, label) {
                (0, "") => format!("{:indent$}{line}", ""),
                (0, label) => format!("{} {line}", self.paint(style, label)),
                _ => format!("{:indent$}{line}", ""),
            };
            self.line(&line)?;
        }
        Ok(())
    }

    /// Rows in columns; those named in `right` are aligned to the right; the last one is broken to fit, and a line
    /// break in it is kept when it does not fit in one line.
    fn table(&mut self, rows: Vec<Vec<Cell>>, right: &[usize], indent: usize) -> io::Result<()> {
        let Some(last) = rows.iter().map(Vec::len).max().and_then(|n| n.checked_sub(1)) else { return Ok(()) };
        let widest = |c: usize| rows.iter().filter_map(|r| r.get(c)).map(|cell| text::width(&cell.text)).max();
        let fixed: usize = (0..last).map(|c| widest(c).unwrap_or(0) + 2).sum();
        let room = self.columns().saturating_sub(fixed + indent).max(20);
        let mut builder = Builder::with_capacity(rows.len(), last + 1);
        // How many lines each row takes, and what did not fit beside it and goes below.
        let mut below: Vec<(usize, Vec<String>)> = Vec::with_capacity(rows.len());
        for row in rows {
            let mut lines = row.get(last).map_or_else(Vec::new, |cell| cell.lines(room));
            let mut rest = Vec::new();
            if let Some(cell) = row.get(last).filter(|_| lines.iter().any(|l| text::width(l) > room)) {
                rest = cell.lines(self.columns().saturating_sub(indent + 4).max(20));
                lines.clear();
            }
            builder.push_record(row.iter().enumerate().map(|(c, cell)| match c {
                c if c == last => lines.join("\n"),
                _ => self.paint(cell.style, &cell.text),
            }));
            below.push((lines.len().max(1), rest));
        }
        let mut table = builder.build();
        table.with(Border::empty()).with(Padding::new(0, 2, 0, 0));
        for column in right {
            table.modify(Columns::one(*column), Alignment::right());
        }
        let text = table.to_string();
        let mut lines = text.lines();
        for (height, rest) in below {
            for line in lines.by_ref().take(height) {
                self.line(&format!("{:indent$}{line}", ""))?;
            }
            for line in rest {
                self.line(&format!("{:1$}{line}", "", indent + 4))?;
            }
        }
        Ok(())
    }
}

/// A cell of a table: neutral text and how to colour it.
struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    fn new(style: Style, text: impl Into<String>) -> Cell {
        Cell { text: text.into(), style }
    }

    fn plain(text: impl Into<String>) -> Cell {
        Cell::new(Style::new(), text)
    }

    /// The text in lines of at most so many columns.
    fn lines(&self, room: usize) -> Vec<String> {
        let one = self.text.replace('\n', "  ");
        if text::width(&one) <= room {
            return vec![one];
        }
        self.text.split('\n').flat_map(|part| text::wrap(part, room, room)).collect()
    }

    /// A count of failures; none is a dash, which is easier to read past than a nought.
    fn failures(severity: Severity, n: u64) -> Cell {
        match n {
            0 => Cell::new(DIM, "-"),
            n => Cell::new(of(severity), text::number(n)),
        }
    }

    fn grade(grade: Option<Grade>) -> Cell {
        match grade {
            None => Cell::new(DIM, "-"),
            Some(g) => Cell::new(of_grade(g), g.letter()),
        }
    }
}

const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();
const WARN: Style = AnsiColor::Yellow.on_default();

/// The colour of a severity.
fn of(severity: Severity) -> Style {
    match severity {
        Severity::Critical => AnsiColor::Red.on_default().bold(),
        Severity::High => AnsiColor::Red.on_default(),
        Severity::Medium => AnsiColor::Yellow.on_default(),
        Severity::Low => AnsiColor::Cyan.on_default(),
        Severity::Info => DIM,
    }
}

fn of_grade(grade: Grade) -> Style {
    match grade {
        Grade::A | Grade::B => AnsiColor::Green.on_default().bold(),
        Grade::C | Grade::D => AnsiColor::Yellow.on_default().bold(),
        Grade::F => AnsiColor::Red.on_default().bold(),
    }
}

#[cfg(test)]
mod tests;

//! Findings: blocks with their source line where there is room, lines that editors can jump to elsewhere.

use super::{BOLD, DIM, Page, of};
use crate::model::object::Origin;
use crate::report::shown::Item;
use crate::report::text;
use anstyle::Style;
use std::collections::HashSet;
use std::io;

impl Page<'_> {
    /// Findings in the form that this page has room for; `named` adds the object to lines that do not show it otherwise.
    pub(super) fn findings(&mut self, items: &[Item<'_>], named: bool) -> io::Result<()> {
        if self.is_wide() { self.findings_as_blocks(items, named) } else { self.findings_as_lines(items, named) }
    }

    /// `pod.yaml:14:19: critical privileged-container container app: privileged is true`.
    pub(super) fn findings_as_lines(&mut self, items: &[Item<'_>], named: bool) -> io::Result<()> {
        for item in items {
            let object = item.object(self.report);
            let position = text::position(object, item.finding);
            let place = position.as_deref().map_or_else(|| text::object(&object.id), str::to_owned);
            let (severity, id) = (item.severity(), text::clean(&item.check(self.report).id));
            let mut rest = self.said(item);
            if named && position.is_some() {
                rest = format!("{rest} [{}]", text::object(&object.id));
            }
            if let Some(waiver) = item.waiver(self.report) {
                rest = format!("{rest} (waived: {})", text::waiver(waiver));
            }
            let plain = format!("{place}: {severity} {id} {rest}");
            let columns = self.columns();
            let lines = text::wrap(&plain, columns, columns.saturating_sub(4).max(20));
            for (i, line) in lines.iter().enumerate() {
                // Coloured only where the line was not broken inside of what is coloured.
                let head = format!("{place}: {severity} {id}");
                match line.strip_prefix(&head) {
                    Some(tail) if i == 0 => {
                        let (severity, id) = (self.paint(of(severity), severity.word()), self.paint(BOLD, &id));
                        self.line(&format!("{place}: {severity} {id}{tail}"))?;
                    }
                    _ if i == 0 => self.line(line)?,
                    _ => self.line(&format!("    {line}"))?,
                }
            }
        }
        Ok(())
    }

    /// The message; compared with a baseline, what is new says so.
    fn said(&self, item: &Item<'_>) -> String {
        let new = if self.report.baseline.is_some() && !item.finding.known { " (new)" } else { "" };
        format!("{}{new}", item.message())
    }

    fn findings_as_blocks(&mut self, items: &[Item<'_>], named: bool) -> io::Result<()> {
        let id_of = |i: &Item<'_>| text::width(&text::clean(&i.check(self.report).id));
        // Longer ids reach into the message's column, so that it keeps room.
        let ids = items.iter().map(id_of).max().unwrap_or(0).clamp(20, 36.min(self.columns() * 28 / 100));
        let mut explained = HashSet::new();
        for (n, item) in items.iter().enumerate() {
            if n > 0 {
                self.blank()?;
            }
            self.block(item, named, ids, explained.insert(item.verdict.check))?;
        }
        Ok(())
    }

    fn block(&mut self, item: &Item<'_>, named: bool, ids: usize, explain: bool) -> io::Result<()> {
        const INDENT: usize = 10;
        let report = self.report;
        let (check, object) = (item.check(report), item.object(report));
        let severity = item.severity();
        let id = text::clean(&check.id);
        let pad = ids.saturating_sub(text::width(&id));
        let hang = INDENT + ids + 2;
        let lines = text::wrap(&self.said(item), self.columns() - hang, self.columns() - hang);
        for (i, line) in lines.iter().enumerate() {
            let line = match i {
                0 => {
                    let gap = INDENT - severity.word().len();
                    let severity = self.paint(of(severity), severity.word());
                    format!("{severity}{:gap$}{}{:pad$}  {line}", "", self.paint(BOLD, &id), "")
                }
                _ => format!("{:hang$}{line}", ""),
            };
            self.line(&line)?;
        }
        let mut place = text::position(object, item.finding).unwrap_or_default();
        if named || place.is_empty() {
            let name = text::object(&object.id);
            place = if place.is_empty() { name } else { format!("{place}  {name}") };
        }
        if !item.finding.pointer.is_empty() {
            let pointer = text::clean(&item.finding.pointer);
            let unset = if item.finding.exists { "" } else { " is not set" };
            place = format!("{place}  {pointer}{unset}");
        }
        if item.is_fixable() && self.view.hints.fix {
            place.push_str("  fixable");
        }
        self.paragraph("", DIM, &place, INDENT)?;
        self.snippet(item)?;
        if !item.finding.related.is_empty() {
            self.paragraph("", DIM, &format!("see {}", text::clean(&item.finding.related)), INDENT)?;
        }
        if explain && self.view.verbose > 0 && !check.description.is_empty() {
            self.paragraph("", DIM, &text::clean(&check.description), INDENT)?;
        }
        if explain && !check.remediation.is_empty() {
            self.paragraph("", DIM, &text::clean(&check.remediation), INDENT)?;
        }
        Ok(())
    }

    /// The source line with the field underlined.
    fn snippet(&mut self, item: &Item<'_>) -> io::Result<()> {
        let f = item.finding;
        let Origin::File { path, .. } = &item.object(self.report).origin else { return Ok(()) };
        let Some(source) = self.view.snippets.get(&(path.clone(), f.start.line)).filter(|_| !f.sensitive) else {
            return Ok(());
        };
        let end = (f.end.line == f.start.line).then_some(f.end.column);
        self.source_line(f.start.line, source, f.start.column, end, of(item.severity()))
    }

    /// A line of a file, numbered, with a part of it underlined; cut where the page ends.
    pub(super) fn source_line(
        &mut self,
        number: u32,
        source: &str,
        column: u32,
        end: Option<u32>,
        style: Style,
    ) -> io::Result<()> {
        const GUTTER: usize = 12;
        let source = source.trim_end();
        let start = (column.max(1) as usize - 1).min(source.chars().count());
        let length = end.map_or(usize::MAX, |e| (e as usize).saturating_sub(start + 1)).max(1);
        let part = |from: usize, n: usize| -> String {
            let chars: String = source.chars().skip(from).take(n).collect();
            text::clean(&chars.replace('\t', "    ")).into_owned()
        };
        let (mut before, marked) = (part(0, start), part(start, length));
        let after = if length == usize::MAX { String::new() } else { part(start + length, usize::MAX) };
        let room = self.columns().saturating_sub(GUTTER).max(30);
        if text::width(&before) + text::width(&marked).min(20) > room {
            let from = start.saturating_sub(room / 3);
            before = format!("...{}", part(from, start - from));
        }
        let shown = text::cut(&format!("{before}{marked}{after}"), room).into_owned();
        let carets = text::width(&marked).max(1).min(room.saturating_sub(text::width(&before)).max(1));
        self.line(&format!("{} {shown}", self.paint(DIM, &format!("{number:>9} |"))))?;
        let under = format!("{:1$}", "", text::width(&before));
        self.line(&format!(
            "{} {under}{}",
            self.paint(DIM, &format!("{:>11}", "|")),
            self.paint(style, &"^".repeat(carets))
        ))
    }
}

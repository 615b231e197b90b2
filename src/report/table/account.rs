//! The end of the page: the account of what passed and what did not count, what could not be read, what next.

use super::{DIM, Page, WARN};
use crate::report::account;
use crate::report::{shown, text};
use anstyle::{AnsiColor, Style};
use std::io;

const BROKEN: Style = AnsiColor::Red.on_default();

impl Page<'_> {
    /// `states`: say how many controls of each benchmark have which state.
    pub(super) fn account(&mut self, states: bool) -> io::Result<()> {
        self.counts()?;
        if self.view.verbose > 0 {
            self.passed()?;
            self.waived()?;
            self.not_assessed()?;
        }
        self.benchmarks(states)?;
        self.errors()?;
        self.gaps()?;
        for warning in account::warnings(self.report) {
            self.paragraph("warning:", WARN, &warning, 4)?;
        }
        for note in &self.report.notes {
            self.paragraph("note:", DIM, &text::clean(note), 4)?;
        }
        if let Some(since) = account::baseline(self.report) {
            self.paragraph("", Style::new(), &since, 0)?;
        }
        self.next()
    }

    fn counts(&mut self) -> io::Result<()> {
        let score = &self.report.score;
        let more = score.total(|t| t.waived + t.not_assessed + t.outside) > 0;
        let list = if more && self.view.verbose == 0 && self.view.hints.commands { " (-v lists them)" } else { "" };
        self.paragraph("", Style::new(), &format!("{}{list}", account::counts(self.report)), 0)?;
        match account::hidden(self.report, self.view) {
            Some(hidden) => self.paragraph("", Style::new(), &hidden, 0),
            None => Ok(()),
        }
    }

    fn passed(&mut self) -> io::Result<()> {
        let checks = account::checks(self.report).filter(|c| c.passed > 0 && self.view.shows(c.severity));
        let ids = account::ids(checks.map(|c| (&*c.id, c.passed)));
        if ids.is_empty() {
            return Ok(());
        }
        self.blank()?;
        self.paragraph("passed:", DIM, &ids, 4)
    }

    fn waived(&mut self) -> io::Result<()> {
        let items = shown::waived(self.report, self.view);
        if items.is_empty() {
            return Ok(());
        }
        self.blank()?;
        self.line("waived:")?;
        self.findings_as_lines(&items, false)
    }

    fn not_assessed(&mut self) -> io::Result<()> {
        let reasons = account::not_assessed(self.report);
        if reasons.is_empty() {
            return Ok(());
        }
        self.blank()?;
        self.line("not assessed:")?;
        for (reason, checks) in reasons {
            self.paragraph("", DIM, &format!("{reason}: {}", account::ids(checks)), 4)?;
        }
        Ok(())
    }

    fn errors(&mut self) -> io::Result<()> {
        let limit = self.rows().min(if self.is_terminal() { 10 } else { usize::MAX });
        let mut errors = account::errors(self.report);
        for (n, error) in errors.by_ref().take(limit).enumerate() {
            if n == 0 {
                self.blank()?;
            }
            self.paragraph("broke:", BROKEN, &error, 4)?;
        }
        match errors.count() {
            0 => Ok(()),
            n => self.line(&format!("... and {n} more (-v lists them)")),
        }
    }

    fn gaps(&mut self) -> io::Result<()> {
        let report = self.report;
        if !report.gaps.is_empty() {
            self.blank()?;
        }
        let shown = report.gaps.len().min(self.rows());
        for gap in &report.gaps[..shown] {
            self.paragraph("not read:", WARN, &account::gap(gap), 4)?;
            if !gap.excerpt.is_empty() && gap.line > 0 {
                self.source_line(gap.line, &gap.excerpt, gap.column, Some(gap.column + 1), WARN)?;
            }
        }
        if shown < report.gaps.len() {
            self.line(&format!("... and {} more (-v lists them)", report.gaps.len() - shown))?;
        }
        if let Some(missing) = account::incomplete(report) {
            self.blank()?;
            self.paragraph("incomplete:", BROKEN, &missing, 4)?;
        }
        if self.view.verbose > 0 {
            for s in &report.skipped {
                self.paragraph("left out:", DIM, &format!("{}: {}", text::clean(&s.what), text::clean(&s.reason)), 4)?;
            }
        } else if !report.skipped.is_empty() {
            let n = text::count(report.skipped.len() as u64, "input that is", "inputs that are");
            self.paragraph("left out:", DIM, &format!("{n} not for audit (-v lists them)"), 4)?;
        }
        Ok(())
    }

    /// Commands that the reader may want next.
    fn next(&mut self) -> io::Result<()> {
        let report = self.report;
        let items = shown::open(report, self.view);
        let Some(first) = items.first().filter(|_| self.view.hints.commands) else { return Ok(()) };
        let id = text::clean(&first.check(report).id).into_owned();
        self.blank()?;
        self.line(&format!("explain:  audit checks explain {id}"))?;
        if self.view.hints.fix && items.iter().any(|i| i.is_fixable()) {
            let target = text::clean(&report.run.target).into_owned();
            self.line(&format!("fix:      audit fix {target}"))?;
        }
        Ok(())
    }

    /// `214 objects in 57 files, 88 kinds of check    D  71 %  coverage 100 %`.
    pub(super) fn total(&mut self) -> io::Result<()> {
        if self.report.objects.is_empty() {
            return Ok(());
        }
        let extent = account::extent(self.report);
        let (plain, painted) = self.score(&self.report.score, false);
        if text::width(&extent) + text::width(&plain) + 4 <= self.columns() {
            self.line(&format!("{extent}    {painted}"))
        } else {
            self.line(&extent)?;
            self.line(&painted)
        }
    }
}

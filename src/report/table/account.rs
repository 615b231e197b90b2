//! The end of the page: the account of what passed and what did not count, what could not be read, what next.

use super::{DIM, Page, WARN};
use crate::model::check::Severity;
use crate::model::inventory::Gap;
use crate::model::report::WaiverInfo;
use crate::model::verdict::{Outcome, Reason};
use crate::report::{shown, tenths, text};
use anstyle::{AnsiColor, Style};
use std::collections::BTreeMap;
use std::io;

const BROKEN: Style = AnsiColor::Red.on_default();

impl Page<'_> {
    pub(super) fn account(&mut self) -> io::Result<()> {
        self.counts()?;
        if self.view.verbose > 0 {
            self.passed()?;
            self.waived()?;
            self.not_assessed()?;
        }
        self.benchmarks()?;
        self.errors()?;
        self.gaps()?;
        self.waiver_warnings()?;
        self.remarks()?;
        self.next()
    }

    /// `1 critical, 1 high failed; 41 passed; 1 waived; 9 need more than this (-v lists them)`.
    fn counts(&mut self) -> io::Result<()> {
        let score = &self.report.score;
        let failed: Vec<String> = Severity::ALL
            .iter()
            .filter(|s| score.failed(**s) > 0)
            .map(|s| format!("{} {s}", text::number(score.failed(*s))))
            .collect();
        let mut parts = Vec::new();
        match failed.is_empty() {
            false => parts.push(format!("{} failed", failed.join(", "))),
            true if score.total(|t| t.passed + t.waived) > 0 => parts.push("nothing failed".to_owned()),
            true => {}
        }
        let mut say = |n: u64, what: &str| {
            if n > 0 {
                parts.push(format!("{} {what}", text::number(n)));
            }
        };
        say(score.total(|t| t.passed), "passed");
        say(score.total(|t| t.waived), "waived");
        say(score.total(|t| t.errors), "broke");
        say(score.total(|t| t.not_assessed), "not assessed");
        say(score.total(|t| t.outside), "need more than was given");
        if parts.is_empty() {
            parts
                .push(if self.report.objects.is_empty() { "no object was audited" } else { "no check applied" }.into());
        }
        let hidden = score.total(|t| t.waived + t.not_assessed + t.outside) > 0;
        let list = if hidden && self.view.verbose == 0 && self.view.hints.commands { " (-v lists them)" } else { "" };
        self.paragraph("", Style::new(), &format!("{}{list}", parts.join("; ")), 0)?;
        if let Some(only) = &self.view.severities {
            let hidden: u64 = Severity::ALL.iter().filter(|s| !only.contains(s)).map(|s| score.failed(*s)).sum();
            if hidden > 0 {
                let words: Vec<&str> = only.iter().map(|s| s.word()).collect();
                let text = format!("shown are only {}; {} failed that are not", words.join(", "), text::number(hidden));
                self.paragraph("", Style::new(), &text, 0)?;
            }
        }
        Ok(())
    }

    fn passed(&mut self) -> io::Result<()> {
        let ids: Vec<String> = self
            .report
            .checks
            .iter()
            .filter(|c| c.passed > 0 && self.view.shows(c.severity))
            .map(|c| match c.passed {
                1 => text::clean(&c.id).into_owned(),
                n => format!("{} {}", text::clean(&c.id), text::number(n)),
            })
            .collect();
        if ids.is_empty() {
            return Ok(());
        }
        self.blank()?;
        self.paragraph("passed:", DIM, &ids.join(", "), 4)
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

    /// Reasons, each with its checks; what was never part of the run is known by check only.
    fn not_assessed(&mut self) -> io::Result<()> {
        let report = self.report;
        let mut reasons: BTreeMap<String, BTreeMap<&str, u64>> = BTreeMap::new();
        let mut outside: BTreeMap<&str, u64> = BTreeMap::new();
        for v in &report.verdicts {
            if let (Outcome::NotAssessed, Some(reason)) = (v.outcome(), &v.reason) {
                let id = &*report.checks[v.check as usize].id;
                if matches!(reason, Reason::Outside(_)) {
                    *outside.entry(id).or_default() += 1;
                }
                *reasons.entry(text::reason(reason)).or_default().entry(id).or_default() += 1;
            }
        }
        for check in &report.checks {
            let rest = check.outside - outside.get(&*check.id).copied().unwrap_or(0).min(check.outside);
            if rest > 0 {
                let why = "needs objects that were not part of this run".to_owned();
                *reasons.entry(why).or_default().entry(&check.id).or_default() += rest;
            }
        }
        if reasons.is_empty() {
            return Ok(());
        }
        self.blank()?;
        self.line("not assessed:")?;
        for (reason, checks) in reasons {
            let ids: Vec<String> = checks
                .iter()
                .map(|(id, n)| if *n == 1 { text::clean(id).into_owned() } else { format!("{} {n}", text::clean(id)) })
                .collect();
            self.paragraph("", DIM, &format!("{reason}: {}", ids.join(", ")), 4)?;
        }
        Ok(())
    }

    fn errors(&mut self) -> io::Result<()> {
        let report = self.report;
        let limit = self.rows().min(if self.is_terminal() { 10 } else { usize::MAX });
        let mut n = 0;
        for v in &report.verdicts {
            for error in &v.errors {
                n += 1;
                if n > limit {
                    continue;
                }
                if n == 1 {
                    self.blank()?;
                }
                let object = text::object(&report.objects[v.object as usize].id);
                let id = text::clean(&report.checks[v.check as usize].id);
                self.paragraph("broke:", BROKEN, &format!("{id} on {object}: {}", text::clean(error)), 4)?;
            }
        }
        if n > limit {
            self.line(&format!("... and {} more (-v lists them)", n - limit))?;
        }
        Ok(())
    }

    fn gaps(&mut self) -> io::Result<()> {
        let report = self.report;
        if !report.gaps.is_empty() {
            self.blank()?;
        }
        let shown = report.gaps.len().min(self.rows());
        for gap in &report.gaps[..shown] {
            self.gap(gap)?;
        }
        if shown < report.gaps.len() {
            self.line(&format!("... and {} more (-v lists them)", report.gaps.len() - shown))?;
        }
        if report.is_incomplete() {
            self.blank()?;
            self.paragraph("incomplete:", BROKEN, &self.what_is_missing(), 4)?;
        }
        if self.view.verbose > 0 {
            for s in &report.skipped {
                self.paragraph("left out:", DIM, &format!("{}: {}", text::clean(&s.what), text::clean(&s.reason)), 4)?;
            }
        } else if !report.skipped.is_empty() {
            let n = text::count(report.skipped.len() as u64, "input", "inputs");
            self.paragraph("left out:", DIM, &format!("{n} that are not for audit (-v lists them)"), 4)?;
        }
        Ok(())
    }

    fn gap(&mut self, gap: &Gap) -> io::Result<()> {
        let what = text::clean(&gap.what);
        let place = match (gap.line, gap.column) {
            (0, _) => what.into_owned(),
            (line, 0) => format!("{what}:{line}"),
            (line, column) => format!("{what}:{line}:{column}"),
        };
        self.paragraph("not read:", WARN, &format!("{place}: {}", text::clean(&gap.detail)), 4)?;
        if !gap.excerpt.is_empty() && gap.line > 0 {
            let end = Some(gap.column + 1);
            self.source_line(gap.line, &gap.excerpt, gap.column, end, WARN)?;
        }
        Ok(())
    }

    fn what_is_missing(&self) -> String {
        let (gaps, errors) = (self.report.gaps.len() as u64, self.report.score.total(|t| t.errors));
        let mut parts = Vec::new();
        if gaps > 0 {
            parts.push(format!("{} not read", text::count(gaps, "input was", "inputs were")));
        }
        if errors > 0 {
            parts.push(format!("{} could not be evaluated", text::count(errors, "check", "checks")));
        }
        let rest = if self.report.objects.is_empty() { "" } else { "; everything else was audited" };
        format!("{}{rest}", parts.join(" and "))
    }

    fn waiver_warnings(&mut self) -> io::Result<()> {
        let report = self.report;
        let say = |w: &WaiverInfo| format!("{} at {}", text::clean(&w.checks.join(", ")), text::clean(&w.location));
        for w in &report.expired_waivers {
            let text = format!("the waiver of {} expired on {} and no longer counts", say(w), text::clean(&w.expires));
            self.paragraph("warning:", WARN, &text, 4)?;
        }
        for w in &report.unused_waivers {
            let text = format!("the waiver of {} matches nothing; remove it", say(w));
            self.paragraph("warning:", WARN, &text, 4)?;
        }
        Ok(())
    }

    fn remarks(&mut self) -> io::Result<()> {
        let report = self.report;
        for note in &report.notes {
            self.paragraph("note:", DIM, &text::clean(note), 4)?;
        }
        if let Some(b) = &report.baseline {
            let (new, fixed) = (text::number(b.new), text::number(b.fixed));
            self.paragraph("since", Style::new(), &format!("{}: {new} new, {fixed} fixed", text::clean(&b.path)), 4)?;
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
        let report = self.report;
        let objects = report.objects.iter().filter(|o| !o.synthetic);
        let mut files: Vec<&str> = objects.clone().map(|o| o.origin.file()).collect();
        files.sort_unstable();
        files.dedup();
        let coverage = report.score.coverage().map(tenths);
        let mut text = text::count(objects.count() as u64, "object", "objects");
        if files.iter().any(|f| !f.is_empty()) {
            text = format!("{text} in {}", text::count(files.len() as u64, "file", "files"));
        }
        text = format!("{text}, {}", text::count(report.checks.len() as u64, "kind of check", "kinds of check"));
        let (plain, painted) = self.score(&report.score, false);
        let full = if coverage == Some(100.0) { "  coverage 100 %" } else { "" };
        if text::width(&text) + text::width(&plain) + full.len() + 4 <= self.columns() {
            self.line(&format!("{text}    {painted}{full}"))
        } else {
            self.line(&text)?;
            self.line(&format!("{painted}{full}"))
        }
    }
}

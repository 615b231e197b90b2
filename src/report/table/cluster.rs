//! The shape for a cluster: score and what stands beside it, what to repair first, where to start.

use super::{BOLD, Cell, DIM, Page, WARN, of};
use crate::model::check::Severity;
use crate::model::inventory::Completeness;
use crate::report::account;
use crate::report::shown::{self, Item};
use crate::report::text;
use anstyle::Style;
use std::collections::BTreeSet;
use std::io;

impl Page<'_> {
    pub(super) fn cluster(&mut self) -> io::Result<()> {
        self.cluster_head()?;
        let items = shown::open(self.report, self.view);
        if !items.is_empty() {
            self.blank()?;
            self.fix_first(&items)?;
        }
        self.namespaces()?;
        if self.view.verbose > 0 && !items.is_empty() {
            self.blank()?;
            self.line(&self.paint(BOLD, "Findings"))?;
            self.findings_as_lines(&items, false)?;
        }
        self.not_seen()?;
        self.blank()
    }

    fn cluster_head(&mut self) -> io::Result<()> {
        let report = self.report;
        let mut facts = vec![text::clean(&report.run.target).into_owned()];
        if !report.run.kubernetes_version.is_empty() {
            facts.push(format!("Kubernetes {}", text::clean(&report.run.kubernetes_version)));
        }
        let objects = report.objects.iter().filter(|o| !o.synthetic);
        let namespaces: BTreeSet<&str> = objects.clone().map(|o| &*o.id.namespace).filter(|n| !n.is_empty()).collect();
        let count = text::count(objects.count() as u64, "object", "objects");
        facts.push(format!("{count} in {}", text::count(namespaces.len() as u64, "namespace", "namespaces")));
        if report.run.duration_ms > 0 {
            facts.push(format!("{}.{} s", report.run.duration_ms / 1000, report.run.duration_ms / 100 % 10));
        }
        self.paragraph("", Style::new(), &facts.join(", "), 0)?;
        self.blank()?;
        let (plain, painted) = self.score(&report.score, false);
        let missing = match report.gaps.len() as u64 {
            0 => String::new(),
            n => text::count(n, "input was not read", "inputs were not read"),
        };
        let head = self.paint(BOLD, "Score");
        if text::width(&plain) + missing.len() + 9 <= self.columns() {
            self.line(&format!("{head}  {painted}  {missing}"))?;
        } else {
            self.line(&format!("{head}  {painted}"))?;
            self.line(&format!("       {missing}"))?;
        }
        for b in report.benchmarks.iter().filter(|b| !b.controls.is_empty()) {
            let states = account::states(&b.controls);
            let line = format!("{} {}: {states}", text::clean(&b.title), text::clean(&b.version));
            self.paragraph("", Style::new(), &line, 2)?;
        }
        Ok(())
    }

    /// Findings by cause: severity, check, how many objects, the first of them.
    fn fix_first(&mut self, items: &[Item<'_>]) -> io::Result<()> {
        let causes = account::causes(items);
        let head = match causes.first() {
            Some(cause) if cause.severity <= Severity::Medium => "Fix these first",
            _ => "Could be better",
        };
        self.line(&self.paint(BOLD, head))?;
        let shown = causes.len().min(self.rows());
        let rows = causes[..shown].iter().map(|cause| {
            vec![
                Cell::new(of(cause.severity), cause.severity.word()),
                Cell::plain(text::clean(&self.report.checks[cause.check as usize].id)),
                Cell::plain(text::number(cause.objects.len() as u64)),
                Cell::plain(account::first_of(self.report, &cause.objects)),
            ]
        });
        let rows = rows.collect();
        self.table(rows, &[2], 2)?;
        if shown < causes.len() {
            let rest = text::count((causes.len() - shown) as u64, "more check", "more checks");
            self.line(&format!("  ... and {rest} with findings (-v lists them)"))?;
        }
        Ok(())
    }

    /// Where to start, and what could be enforced today.
    fn namespaces(&mut self) -> io::Result<()> {
        let rows = account::namespaces(self.report);
        if rows.is_empty() {
            return Ok(());
        }
        let shown = rows.len().min(self.rows());
        let levels = rows.iter().any(|n| n.level.is_some());
        let columns = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
        let mut head: Vec<Cell> = ["grade", "%"].map(|h| Cell::new(DIM, h)).into();
        head.extend(columns.iter().map(|s| Cell::new(DIM, s.word())));
        if levels {
            head.push(Cell::new(DIM, "could enforce"));
        }
        head.push(Cell::new(DIM, "namespace"));
        let mut table = vec![head];
        for n in &rows[..shown] {
            let mut row = vec![Cell::grade(n.score.grade()), Cell::plain(account::percent_cell(&n.score))];
            row.extend(columns.iter().map(|s| Cell::failures(*s, n.score.failed(*s))));
            if levels {
                row.push(Cell::plain(n.level.map_or("-".into(), text::clean)));
            }
            row.push(match n.name {
                "" => Cell::plain("(not in a namespace)"),
                name => Cell::plain(text::clean(name)),
            });
            table.push(row);
        }
        self.blank()?;
        self.line(&self.paint(BOLD, "Where to start"))?;
        self.table(table, &[1, 2, 3, 4, 5], 2)?;
        if shown < rows.len() {
            let rest = text::count((rows.len() - shown) as u64, "more namespace", "more namespaces");
            self.line(&format!("  ... and {rest} (-v lists them)"))?;
        }
        Ok(())
    }

    /// Kinds that were not read completely; gaps have their own lines at the end.
    fn not_seen(&mut self) -> io::Result<()> {
        for (n, (kind, words)) in account::not_seen(self.report).enumerate() {
            if n == 0 {
                self.blank()?;
            }
            let style = if kind.status == Completeness::Skipped { DIM } else { WARN };
            self.paragraph("not seen:", style, &words, 4)?;
        }
        Ok(())
    }
}

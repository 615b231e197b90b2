//! The shape for a cluster: score and what stands beside it, what to repair first, where to start.

use super::{BOLD, Cell, DIM, Page, WARN, of};
use crate::model::benchmark::Status;
use crate::model::check::Severity;
use crate::model::inventory::Completeness;
use crate::model::report::{ObjectRow, Report, Score};
use crate::report::shown::{self, Item};
use crate::report::{tenths, text};
use anstyle::Style;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
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
        let full = if report.score.coverage().map(tenths) == Some(100.0) { "  coverage 100 %" } else { "" };
        let missing = match report.gaps.len() as u64 {
            0 => String::new(),
            n => format!("  {} not read", text::count(n, "thing was", "things were")),
        };
        if text::width(&plain) + full.len() + missing.len() + 7 <= self.columns() {
            self.line(&format!("{}  {painted}{full}{missing}", self.paint(BOLD, "Score")))?;
        } else {
            self.line(&format!("{}  {painted}{full}", self.paint(BOLD, "Score")))?;
            self.line(&missing)?;
        }
        for b in report.benchmarks.iter().filter(|b| !b.controls.is_empty()) {
            let line = format!("{} {}: {}", text::clean(&b.title), text::clean(&b.version), states(&b.controls));
            self.paragraph("", Style::new(), &line, 2)?;
        }
        Ok(())
    }

    /// Findings by cause: severity, check, how many objects, the first of them.
    fn fix_first(&mut self, items: &[Item<'_>]) -> io::Result<()> {
        let mut causes: BTreeMap<(Severity, u32), Vec<u32>> = BTreeMap::new();
        for item in items {
            let objects = causes.entry((item.severity(), item.verdict.check)).or_default();
            if objects.last() != Some(&item.verdict.object) {
                objects.push(item.verdict.object);
            }
        }
        let mut causes: Vec<((Severity, u32), Vec<u32>)> = causes.into_iter().collect();
        causes.sort_by_key(|((severity, check), objects)| (*severity, Reverse(objects.len()), *check));
        let head = match causes.first() {
            Some(((s, _), _)) if *s <= Severity::Medium => "Fix these first",
            _ => "Could be better",
        };
        self.line(&self.paint(BOLD, head))?;
        let shown = causes.len().min(self.rows());
        let rows = causes[..shown].iter().map(|((severity, check), objects)| {
            vec![
                Cell::new(of(*severity), severity.word()),
                Cell::plain(text::clean(&self.report.checks[*check as usize].id)),
                Cell::plain(text::number(objects.len() as u64)),
                Cell::plain(first_of(self.report, objects)),
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
        let mut scores: BTreeMap<&str, Score> = BTreeMap::new();
        for o in self.report.objects.iter().filter(|o| !o.synthetic) {
            scores.entry(&o.id.namespace).or_default().add(&o.score);
        }
        if scores.keys().all(|n| n.is_empty()) {
            return Ok(());
        }
        let levels: BTreeMap<&str, &str> = self
            .report
            .benchmarks
            .iter()
            .flat_map(|b| &b.enforceable)
            .map(|e| (e.namespace.as_str(), e.level.as_str()))
            .collect();
        let mut rows: Vec<(&str, Score)> = scores.into_iter().collect();
        rows.sort_by_key(|(name, s)| (Reverse(Severity::ALL.map(|v| s.failed(v))), *name));
        let shown = rows.len().min(self.rows());
        let columns = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
        let mut head: Vec<Cell> = ["grade", "%"].map(|h| Cell::new(DIM, h)).into();
        head.extend(columns.iter().map(|s| Cell::new(DIM, s.word())));
        if !levels.is_empty() {
            head.push(Cell::new(DIM, "could enforce"));
        }
        head.push(Cell::new(DIM, "namespace"));
        let mut table = vec![head];
        for (name, score) in &rows[..shown] {
            let percent = score.percent().map_or_else(|| "-".to_owned(), |p| format!("{:.1}", tenths(p)));
            let mut row = vec![Cell::grade(score.grade()), Cell::plain(percent)];
            row.extend(columns.iter().map(|s| Cell::failures(*s, score.failed(*s))));
            if !levels.is_empty() {
                row.push(Cell::plain(levels.get(name).map_or("-".into(), |l| text::clean(l))));
            }
            row.push(match *name {
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
        let report = self.report;
        let mut blank = false;
        for kind in &report.coverage {
            let what = match kind.status {
                Completeness::Complete | Completeness::Absent | Completeness::Outside => continue,
                Completeness::Partial => "read in part",
                Completeness::Mixed => "pages of different moments",
                Completeness::Denied => "denied",
                Completeness::Failed => "failed",
                Completeness::Skipped => "not asked for",
                Completeness::Deadline => "not read before the deadline",
            };
            if !blank {
                self.blank()?;
                blank = true;
            }
            let reason =
                if kind.reason.is_empty() { String::new() } else { format!(" ({})", text::clean(&kind.reason)) };
            let style = if kind.status == Completeness::Skipped { DIM } else { WARN };
            self.paragraph("not seen:", style, &format!("{}: {what}{reason}", text::clean(&kind.kind)), 4)?;
        }
        Ok(())
    }
}

/// `71 pass, 18 fail, 13 manual, 29 not assessed`.
pub(super) fn states(controls: &[crate::model::benchmark::ControlResult]) -> String {
    let count = |s: Status| controls.iter().filter(|c| c.status == s).count();
    [
        (Status::Pass, "pass"),
        (Status::Fail, "fail"),
        (Status::Manual, "manual"),
        (Status::NotAssessed, "not assessed"),
        (Status::NotApplicable, "not applicable"),
    ]
    .into_iter()
    .filter(|(s, _)| count(*s) > 0)
    .map(|(s, word)| format!("{} {word}", count(s)))
    .collect::<Vec<_>>()
    .join(", ")
}

/// `Deployment team-01/agent, team-07/builder and 39 more in 12 namespaces`.
fn first_of(report: &Report, objects: &[u32]) -> String {
    const FIRST: usize = 3;
    let row = |i: &u32| -> &ObjectRow { &report.objects[*i as usize] };
    let mut said = String::new();
    let mut kind = "";
    for o in objects.iter().take(FIRST).map(row) {
        if !said.is_empty() {
            said.push_str(", ");
        }
        if *o.id.kind == *kind {
            said.push_str(&text::full_name(&o.id));
        } else {
            said.push_str(&text::object(&o.id));
            kind = &o.id.kind;
        }
    }
    if objects.len() > FIRST {
        let namespaces: BTreeSet<&str> = objects.iter().map(|i| &*row(i).id.namespace).collect();
        said.push_str(&format!(" and {} more", text::number((objects.len() - FIRST) as u64)));
        if namespaces.len() > 1 {
            said.push_str(&format!(" in {} namespaces", namespaces.len()));
        }
    }
    said
}

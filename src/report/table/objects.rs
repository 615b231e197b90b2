//! The shapes for files: one object, or many.

use super::{BOLD, Cell, DIM, Page, of, of_grade};
use crate::model::check::Severity;
use crate::model::report::{ObjectRow, Score};
use crate::report::shown::{self, Item};
use crate::report::{account, text};
use std::io;

/// Blocks shown at a terminal before the rest is only counted.
const BLOCKS: usize = 50;

impl Page<'_> {
    pub(super) fn one_object(&mut self) -> io::Result<()> {
        let report = self.report;
        let Some(object) = report.objects.iter().find(|o| !o.synthetic) else { return Ok(()) };
        let name = text::object(&object.id);
        let file = text::file(&object.origin);
        let score = self.score(&report.score, true);
        let plain = format!("{file}  {name}   {}", score.0);
        if text::width(&plain) <= self.columns() {
            self.line(&format!("{file}  {}   {}", self.paint(BOLD, &name), score.1))?;
        } else {
            self.line(&file)?;
            self.line(&self.paint(BOLD, &name))?;
            self.line(&score.1)?;
        }
        let items = shown::open(report, self.view);
        if !items.is_empty() {
            self.blank()?;
            self.findings(&items, false)?;
        }
        self.blank()
    }

    /// `F  41 %  -28 points`, plain and coloured.
    pub(super) fn score(&self, score: &Score, points: bool) -> (String, String) {
        let grade = account::grade(score);
        let mut rest = account::percent(score, !points);
        if points && !rest.is_empty() {
            rest = format!("{rest}  {} points", score.points);
        }
        let painted = self.paint(score.grade().map_or(DIM, of_grade), grade);
        let join = |grade: &str| if rest.is_empty() { grade.to_owned() } else { format!("{grade}  {rest}") };
        (join(grade), join(&painted))
    }

    pub(super) fn many_objects(&mut self) -> io::Result<()> {
        let report = self.report;
        let mut failing: Vec<&ObjectRow> = report.objects.iter().filter(|o| fails(&o.score)).collect();
        failing.sort_by_key(|o| std::cmp::Reverse(Severity::ALL.map(|s| o.score.failed(s))));
        if !failing.is_empty() {
            self.object_table(&failing)?;
            self.blank()?;
        }
        let items = shown::open(report, self.view);
        self.worst(&items)?;
        let all = !self.is_terminal() || self.view.verbose > 0 || self.view.severities.is_some();
        let bad = items.iter().take_while(|i| all || i.severity() <= Severity::High).count();
        let listed = if all { bad } else { bad.min(BLOCKS) };
        if listed > 0 {
            self.findings(&items[..listed], true)?;
            self.blank()?;
        }
        if listed < items.len() {
            let rest = text::count((items.len() - listed) as u64, "more finding", "more findings");
            self.paragraph("", DIM, &format!("{rest} (-v lists them)"), 0)?;
            self.blank()?;
        }
        self.total()
    }

    fn object_table(&mut self, failing: &[&ObjectRow]) -> io::Result<()> {
        let shown = &failing[..failing.len().min(self.rows())];
        let columns: Vec<Severity> =
            Severity::ALL.into_iter().filter(|s| failing.iter().any(|o| o.score.failed(*s) > 0)).collect();
        let mut head = vec![Cell::new(DIM, "grade"), Cell::new(DIM, "%")];
        head.extend(columns.iter().map(|s| Cell::new(DIM, s.word())));
        let fixed: usize = head.iter().map(|c| c.text.len() + 2).sum::<usize>() + 3;
        let file = |o: &ObjectRow| text::file(&o.origin).into_owned();
        let widest = |f: &dyn Fn(&ObjectRow) -> String| shown.iter().map(|o| text::width(&f(o))).max().unwrap_or(0);
        // Both in columns of their own when they fit side by side.
        let apart = fixed + widest(&file) + 2 + widest(&|o| text::object(&o.id)) <= self.columns();
        head.push(Cell::new(DIM, if apart { "file" } else { "file, object" }));
        if apart {
            head.push(Cell::new(DIM, "object"));
        }
        let mut rows = vec![head];
        for o in shown {
            let mut row = vec![Cell::grade(o.score.grade()), Cell::plain(account::percent_cell(&o.score))];
            row.extend(columns.iter().map(|s| Cell::failures(*s, o.score.failed(*s))));
            if apart {
                row.push(Cell::plain(file(o)));
                row.push(Cell::plain(text::object(&o.id)));
            } else {
                row.push(Cell::plain(format!("{}\n{}", file(o), text::object(&o.id)).trim().to_owned()));
            }
            rows.push(row);
        }
        let right: Vec<usize> = (1..=columns.len() + 1).collect();
        self.table(rows, &right, 0)?;
        if shown.len() < failing.len() {
            let rest = text::count((failing.len() - shown.len()) as u64, "more object", "more objects");
            self.line(&format!("... and {rest} with findings (-v lists them)"))?;
        }
        Ok(())
    }

    /// `worst: privileged-container 2, host-path-writable 1`.
    fn worst(&mut self, items: &[Item<'_>]) -> io::Result<()> {
        const FIRST: usize = 6;
        let causes = account::causes(items);
        let bad: Vec<&account::Cause> = causes.iter().filter(|c| c.severity <= Severity::High).collect();
        let Some(first) = bad.first() else { return Ok(()) };
        let say = |c: &&account::Cause| {
            format!(
                "{} {}",
                text::clean(&self.report.checks[c.check as usize].id),
                text::number(c.objects.len() as u64)
            )
        };
        let ids = bad.iter().take(FIRST).map(say).collect::<Vec<_>>().join(", ");
        let more = bad.len().saturating_sub(FIRST);
        let more = if more > 0 { format!(" and {more} more checks") } else { String::new() };
        self.paragraph("worst:", of(first.severity), &format!("{ids}{more}"), 7)?;
        self.blank()
    }
}

fn fails(score: &Score) -> bool {
    score.total(|t| t.failed) > 0
}

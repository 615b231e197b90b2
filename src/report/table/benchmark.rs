//! Benchmarks that were asked for: their controls with state, counts and evidence.

use super::{BOLD, Cell, DIM, Page};
use crate::model::benchmark::Status;
use crate::report::{account, text};
use anstyle::{AnsiColor, Style};
use std::io;

impl Page<'_> {
    pub(super) fn benchmarks(&mut self, states: bool) -> io::Result<()> {
        let report = self.report;
        for b in report.benchmarks.iter().filter(|b| !b.controls.is_empty()) {
            self.blank()?;
            let title = format!("{} {}", text::clean(&b.title), text::clean(&b.version));
            let states = if states { account::states(&b.controls) } else { String::new() };
            if text::width(&title) + states.len() + 3 <= self.columns() {
                self.line(&format!("{}   {states}", self.paint(BOLD, &title)))?;
            } else {
                self.paragraph("", BOLD, &title, 0)?;
                self.paragraph("", Style::new(), &states, 2)?;
            }
            let listed = |s: Status| self.view.verbose > 0 || matches!(s, Status::Fail | Status::NotAssessed);
            let rows: Vec<Vec<Cell>> = b
                .controls
                .iter()
                .filter(|c| listed(c.status))
                .map(|c| {
                    let (style, word) = (style(c.status), account::state(c.status));
                    let waived = if c.waived { " (waived)" } else { "" };
                    let evidence = text::clean(&c.evidence);
                    let evidence = if evidence.is_empty() { String::new() } else { format!(" - {evidence}") };
                    vec![
                        Cell::plain(text::clean(&c.id)),
                        Cell::new(style, word),
                        Cell::plain(format!("{}{waived}{evidence}", text::clean(&c.title))),
                    ]
                })
                .collect();
            let rest = b.controls.len() - rows.len();
            self.table(rows, &[], 2)?;
            if rest > 0 {
                let rest = text::count(rest as u64, "other control", "other controls");
                self.line(&format!("  ... and {rest} that neither failed nor lack evidence (-v lists them)"))?;
            }
        }
        Ok(())
    }
}

fn style(status: Status) -> Style {
    match status {
        Status::Fail => AnsiColor::Red.on_default(),
        Status::NotAssessed => AnsiColor::Yellow.on_default(),
        Status::Pass => AnsiColor::Green.on_default(),
        Status::Manual => Style::new(),
        Status::NotApplicable => DIM,
    }
}

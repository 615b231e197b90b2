//! The end of the page: benchmarks, and what did not count or was not wrong.

use super::{FILTER, MOST, Page, safe};
use crate::report::{account, shown, text};
use std::io::{self, Write};

impl Page<'_> {
    pub(super) fn benchmarks(&mut self) -> io::Result<()> {
        for b in self.report.benchmarks.iter().filter(|b| !b.controls.is_empty()) {
            writeln!(
                self.out,
                "<h2>{} {}</h2>\n<p>{}</p>\n<details><summary>Controls</summary>\n<table><thead><tr><th>control</th>\
                 <th>state</th><th>what</th><th>evidence</th></tr></thead>\n<tbody>",
                safe(&b.title),
                safe(&b.version),
                safe(&account::states(&b.controls)),
            )?;
            for c in &b.controls {
                let class = match account::state(c.status) {
                    "fail" => "high",
                    "pass" => "A",
                    "not assessed" => "medium",
                    _ => "soft",
                };
                let waived = if c.waived { " (waived)" } else { "" };
                writeln!(
                    self.out,
                    "<tr><td><code>{}</code></td><td class=\"word {class}\">{}{waived}</td><td>{}</td><td>{}</td></tr>",
                    safe(&c.id),
                    account::state(c.status),
                    safe(&c.title),
                    safe(&c.evidence),
                )?;
            }
            writeln!(self.out, "</tbody></table>\n</details>")?;
        }
        Ok(())
    }

    pub(super) fn rest(&mut self) -> io::Result<()> {
        let report = self.report;
        writeln!(self.out, "<h2>What did not count, and what passed</h2>\n<p>{}.</p>", safe(&account::counts(report)))?;
        let waived = shown::waived(report, self.view);
        if !waived.is_empty() {
            self.open(&format!("{} waived", text::count(waived.len() as u64, "finding", "findings")))?;
            writeln!(
                self.out,
                "<table><thead><tr><th>check</th><th>where</th><th>what</th><th>reason</th></tr></thead><tbody>"
            )?;
            for item in waived.iter().take(MOST) {
                let object = item.object(report);
                let place = text::position(object, item.finding).unwrap_or_else(|| text::object(&object.id));
                let reason = item.waiver(report).map(|w| safe(&text::waiver(w))).unwrap_or_default();
                writeln!(
                    self.out,
                    "<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td>{reason}</td></tr>",
                    safe(&item.check(report).id),
                    safe(&place),
                    safe(&item.message()),
                )?;
            }
            writeln!(self.out, "</tbody></table>\n</details>")?;
        }
        let reasons = account::not_assessed(report);
        if !reasons.is_empty() {
            self.open("Not assessed")?;
            self.list(reasons.into_iter().map(|(why, checks)| format!("{why}: {}", account::ids(checks))))?;
            writeln!(self.out, "</details>")?;
        }
        let passed = account::checks(report).filter(|c| c.passed > 0 && self.view.shows(c.severity));
        let passed = account::ids(passed.map(|c| (&*c.id, c.passed)));
        if !passed.is_empty() {
            self.open("Passed")?;
            writeln!(self.out, "<p>{}</p>\n</details>", safe(&passed))?;
        }
        if !report.skipped.is_empty() {
            self.open(&text::count(report.skipped.len() as u64, "input left out", "inputs left out"))?;
            self.list(report.skipped.iter().map(|s| format!("{}: {}", s.what, s.reason)))?;
            writeln!(self.out, "</details>")?;
        }
        Ok(())
    }

    fn open(&mut self, summary: &str) -> io::Result<()> {
        writeln!(self.out, "<details><summary>{}</summary>", safe(summary))
    }

    pub(super) fn foot(&mut self) -> io::Result<()> {
        write!(
            self.out,
            "<footer><p>audit {}. Percent is passed weight over passed and failed weight (critical 10, high 6, medium 3, \
             low 1, info 0), rounded down; what was waived, broke or could not be assessed is in neither. A from 90, B from 80, \
             C from 70, D from 60; a critical failure caps the grade at F, a high one at C; no grade below 90 % \
             coverage.</p></footer>\n<script>{FILTER}</script>\n</body>\n</html>\n",
            env!("CARGO_PKG_VERSION"),
        )
    }
}

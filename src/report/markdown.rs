//! Markdown for a comment on a pull request: score, findings worst first, and folded below them what to do and what
//! did not count.
//!
//! Everything that comes from the audited input is a code span or escaped, so that it cannot become a heading, a link, an image
//! or a mention. The comment stays below the 65,536 characters that forges accept.

use super::account;
use super::shown::{self, Item};
use super::{View, text};
use crate::model::benchmark::Status;
use crate::model::report::Report;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;

/// Where the list of findings stops, in bytes; what follows it needs the rest.
const FINDINGS: usize = 36_000;
/// Where any later list stops.
const ALL: usize = 60_000;

/// Writes the report as Markdown.
pub fn write(report: &Report, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page { text: String::new(), report, view };
    page.head();
    let items = shown::open(report, view);
    page.findings(&items);
    page.advice(&items);
    page.benchmarks();
    page.waived();
    page.not_assessed();
    out.write_all(page.text.as_bytes())
}

struct Page<'a> {
    text: String,
    report: &'a Report,
    view: &'a View,
}

impl Page<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn head(&mut self) {
        let report = self.report;
        let percent = account::percent(&report.score, true).replace("  ", ", ");
        let percent = if percent.is_empty() { percent } else { format!(", {percent}") };
        self.line(&format!("## Kubernetes audit: {}{percent}\n", account::grade(&report.score)));
        self.line(&format!("{}: {}.", account::extent(report), account::counts(report)));
        for more in [account::hidden(report, self.view), account::baseline(report)].into_iter().flatten() {
            self.line(&format!("\n{}.", escape(&more)));
        }
        if let Some(missing) = account::incomplete(report) {
            self.line(&format!("\n**Incomplete:** {}.\n", escape(&missing)));
            let gaps = report.gaps.iter().map(account::gap).chain(account::errors(report));
            self.list(gaps.collect());
        }
        let warnings: Vec<String> =
            account::warnings(report).into_iter().chain(report.notes.iter().map(|n| text::clean(n).into())).collect();
        if !warnings.is_empty() {
            self.line("");
            self.list(warnings);
        }
    }

    fn list(&mut self, entries: Vec<String>) {
        const MOST: usize = 25;
        for entry in entries.iter().take(MOST) {
            self.line(&format!("- {}", escape(text::cut(entry, 600).as_ref())));
        }
        if entries.len() > MOST {
            self.line(&format!("- and {} more", entries.len() - MOST));
        }
    }

    fn findings(&mut self, items: &[Item<'_>]) {
        if items.is_empty() {
            return;
        }
        let known = self.report.baseline.is_some();
        self.line("\n| severity | check | where | what |\n|---|---|---|---|");
        let written = self.rows(items, FINDINGS, |page, item| {
            let new = if known && !item.finding.known { " **new**" } else { "" };
            let id = code(&item.check(page.report).id);
            format!("| {}{new} | {id} | {} | {} |", item.severity(), page.place(item), page.what(item))
        });
        if written < items.len() {
            let rest = text::count((items.len() - written) as u64, "more finding", "more findings");
            self.line(&format!("\nand {rest}, none worse than those above."));
        }
    }

    /// Rows until the text is as long as it may be; how many were written.
    fn rows(&mut self, items: &[Item<'_>], limit: usize, row: impl Fn(&Self, &Item<'_>) -> String) -> usize {
        for (n, item) in items.iter().enumerate() {
            let line = row(self, item);
            if self.text.len() + line.len() > limit {
                return n;
            }
            self.line(&line);
        }
        items.len()
    }

    fn check(&self, item: &Item<'_>) -> String {
        let check = item.check(self.report);
        format!("[{}]({})", code(&check.id), super::help_uri(check))
    }

    fn place(&self, item: &Item<'_>) -> String {
        let object = item.object(self.report);
        let name = code(&text::object(&object.id));
        match text::position(object, item.finding) {
            Some(position) => format!("{} {name}", code(&position)),
            None => name,
        }
    }

    fn what(&self, item: &Item<'_>) -> String {
        let fixable = if item.is_fixable() && self.view.hints.fix { " (`audit fix` repairs it)" } else { "" };
        format!("{}{fixable}", escape(&text::cut(&item.message(), 600)))
    }

    fn advice(&mut self, items: &[Item<'_>]) {
        let mut seen = BTreeSet::new();
        let first: Vec<&Item<'_>> = items.iter().filter(|i| seen.insert(i.verdict.check)).collect();
        if first.is_empty() {
            return;
        }
        self.open("What to do");
        for item in first {
            let check = item.check(self.report);
            let line =
                format!("- {}: {} {}", self.check(item), clean(&check.title, "."), clean(&check.remediation, ""));
            if self.text.len() + line.len() > ALL - 12_000 {
                break;
            }
            self.line(&line);
        }
        self.close();
    }

    fn benchmarks(&mut self) {
        let report = self.report;
        for b in report.benchmarks.iter().filter(|b| !b.controls.is_empty()) {
            let title = format!("{} {}: {}", b.title, b.version, account::states(&b.controls));
            self.open(&title);
            self.line("| control | state | what | evidence |\n|---|---|---|---|");
            for c in b.controls.iter().filter(|c| matches!(c.status, Status::Fail | Status::NotAssessed)) {
                let state = account::state(c.status);
                let waived = if c.waived { " (waived)" } else { "" };
                let cells = [&c.title, &c.evidence].map(|t| clean(t, ""));
                let line = format!("| {} | {state}{waived} | {} | {} |", code(&c.id), cells[0], cells[1]);
                if self.text.len() + line.len() > ALL - 8_000 {
                    break;
                }
                self.line(&line);
            }
            self.close();
        }
    }

    fn waived(&mut self) {
        let items = shown::waived(self.report, self.view);
        if items.is_empty() {
            return;
        }
        self.open(&format!("{} waived", items.len()));
        self.line("| severity | check | where | what | reason |\n|---|---|---|---|---|");
        let written = self.rows(&items, ALL - 4_000, |page, item| {
            let reason = item.waiver(page.report).map_or(String::new(), |w| escape(&text::waiver(w)));
            let (id, place, what) = (code(&item.check(page.report).id), page.place(item), page.what(item));
            format!("| {} | {id} | {place} | {what} | {reason} |", item.severity())
        });
        if written < items.len() {
            self.line(&format!("\nand {} more.", items.len() - written));
        }
        self.close();
    }

    fn not_assessed(&mut self) {
        let reasons = account::not_assessed(self.report);
        if reasons.is_empty() {
            return;
        }
        self.open("Not assessed");
        for (reason, checks) in reasons {
            let line = format!("- {}: {}", escape(&reason), escape(&account::ids(checks)));
            if self.text.len() + line.len() > ALL {
                break;
            }
            self.line(&line);
        }
        self.close();
    }

    fn open(&mut self, summary: &str) {
        let summary = text::clean(summary);
        let summary = super::html_escape(&summary);
        self.line(&format!("\n<details><summary>{summary}</summary>\n"));
    }

    fn close(&mut self) {
        self.line("\n</details>");
    }
}

/// Neutral, escaped text; `end` is added unless the text ends with it.
fn clean(text: &str, end: &str) -> String {
    let text = text::clean(text);
    let end = if text.ends_with(end) { "" } else { end };
    format!("{}{end}", escape(&text))
}

/// Text that Markdown and forges show as it is: no markup, no HTML, no mention of a person or an issue, no link.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for (i, c) in text.char_indices() {
        let rest = &text[i + c.len_utf8()..];
        let markup = match c {
            '<' => {
                out.push_str("&lt;");
                continue;
            }
            '&' => {
                out.push_str("&amp;");
                continue;
            }
            '@' | '#' => {
                // An empty comment parts what forges would link after escapes are gone.
                let _ = write!(out, "{c}<!-- -->");
                continue;
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' | '>' => true,
            ':' => rest.starts_with("//"),
            '-' | '+' => i == 0,
            '.' | ')' => {
                text[..i].bytes().all(|b| b.is_ascii_digit()) || text[..i].to_ascii_lowercase().ends_with("www")
            }
            _ => false,
        };
        if markup {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A code span, also inside of a table; its fence is longer than any row of backticks in it.
pub(super) fn code(text: &str) -> String {
    let text = text::clean(text);
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{}{pad}{fence}", text.replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Hints;
    use crate::report::sample::{Sample, arbitrary, at, reports::*, snapshots};
    use proptest::prelude::*;

    fn markdown(report: &Report) -> String {
        let view = View { hints: Hints { commands: true, fix: true }, ..View::default() };
        let mut out = Vec::new();
        write(report, &view, &mut out).expect("writing to memory");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn samples() {
        snapshots().bind(|| {
            insta::assert_snapshot!("baseline_markdown", markdown(&baseline()));
            insta::assert_snapshot!("many_files_markdown", markdown(&many_files()));
            insta::assert_snapshot!("cluster_markdown", markdown(&cluster()));
            insta::assert_snapshot!("waived_markdown", markdown(&waived()));
            insta::assert_snapshot!("only_gaps_markdown", markdown(&only_gaps()));
        });
    }

    #[test]
    fn input_is_text() {
        assert_eq!(escape("@team <b> [x](y) #12"), "@<!-- -->team &lt;b\\> \\[x\\](y) #<!-- -->12");
        assert_eq!(escape("1. a.b - www.c"), "1\\. a.b - www\\.c");
        assert_eq!(escape("https://x"), "https\\://x");
        assert_eq!(code("a`b|c"), "``a`b\\|c``");
        assert_eq!(code("`x"), "`` `x ``");
    }

    #[test]
    fn fits_in_a_comment() {
        let mut s = Sample::new("scan", "manifests");
        let check = s.check("privileged-container", crate::model::check::Severity::Critical, "t", "r");
        for n in 0..3000 {
            let o = s.object("a.yaml", n, "Pod", "web", &format!("p{n}"));
            s.verdict(check, o, vec![at("/spec", &"very long ".repeat(200)).line(n, 1, 1)]);
            s.gap("b.yaml", "syntax", &"long ".repeat(400));
        }
        let text = markdown(&s.finish(false));
        assert!(text.len() < 65_000, "{}", text.len());
        assert!(text.contains("more findings, none worse"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_report_keeps_its_frame(report in arbitrary::report()) {
            let text = markdown(&report);
            prop_assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
            prop_assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
        }
    }
}

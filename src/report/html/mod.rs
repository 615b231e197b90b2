//! One page that needs nothing else: no network, no script to be read (a small one filters), light and dark, printable.
//!
//! Everything from the audited input is neutralised and escaped, and the page's own policy forbids any script but ours.

use super::shown::{self, Item};
use super::{View, account, html_escape, tenths, text};
use crate::model::check::Severity;
use crate::model::object::Origin;
use crate::model::report::{Report, Score};
use std::io::{self, BufWriter, Write};

mod rest;

const STYLE: &str = include_str!("style.css");
const FILTER: &str = include_str!("filter.js");
/// SHA-256 of [`FILTER`] in base64; a test keeps it right.
const FILTER_HASH: &str = "Cu+Ph8HYmZPDYOTQBLkslT5FpMBemN+T+Yp6vuAxQZE=";

/// Findings of one check that are listed; the JSON report has all of them.
const MOST: usize = 1000;

/// Writes the report as an HTML page.
pub fn write(report: &Report, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page { out: BufWriter::with_capacity(1 << 16, out), report, view };
    let items = shown::open(report, view);
    page.head()?;
    page.alerts()?;
    page.fix_first(&items)?;
    page.namespaces()?;
    page.objects()?;
    page.findings(&items)?;
    page.benchmarks()?;
    page.rest()?;
    page.foot()?;
    page.out.flush()
}

struct Page<'a> {
    out: BufWriter<&'a mut dyn io::Write>,
    report: &'a Report,
    view: &'a View,
}

/// Neutral and escaped.
fn safe(text: &str) -> String {
    html_escape(&text::clean(text)).into_owned()
}

impl Page<'_> {
    fn head(&mut self) -> io::Result<()> {
        let report = self.report;
        let target = safe(&report.run.target);
        write!(
            self.out,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; \
             script-src 'sha256-{FILTER_HASH}'\">\n\
             <title>Audit of {target}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>Audit of {target}</h1>\n"
        )?;
        let mut facts = vec![safe(&account::extent(report))];
        if !report.run.kubernetes_version.is_empty() {
            facts.push(format!("Kubernetes {}", safe(&report.run.kubernetes_version)));
        }
        if !report.run.started.is_empty() {
            facts.push(safe(&report.run.started));
        }
        writeln!(self.out, "<p class=\"soft\">{}</p>\n</header>", facts.join(" · "))?;
        self.score()
    }

    fn score(&mut self) -> io::Result<()> {
        let score = &self.report.score;
        writeln!(self.out, "<section class=\"score\">")?;
        let mut card = |class: &str, value: &str, what: &str| {
            writeln!(self.out, "<div class=\"card\"><b class=\"{class}\">{value}</b><span>{what}</span></div>")
        };
        let cell = |p: Option<f64>| p.map_or_else(|| "-".to_owned(), |p| format!("{} %", tenths(p)));
        match score.grade() {
            Some(g) => card(g.letter(), g.letter(), "grade")?,
            None => card("", "-", account::grade(score))?,
        }
        card("", &cell(score.percent()), "passed, by weight")?;
        card("", &cell(score.coverage()), "coverage")?;
        for severity in Severity::ALL {
            let n = score.failed(severity);
            if n > 0 || severity <= Severity::High {
                let class = if n > 0 { severity.word() } else { "soft" };
                card(class, &text::number(n), &format!("{severity} failed"))?;
            }
        }
        card("", &text::number(score.total(|t| t.passed)), "passed")?;
        card("", &score.points.to_string(), "points")?;
        writeln!(self.out, "</section>")
    }

    /// What stands beside the score: what could not be seen, and what needs a hand.
    fn alerts(&mut self) -> io::Result<()> {
        let report = self.report;
        if let Some(missing) = account::incomplete(report) {
            writeln!(self.out, "<div class=\"bad\"><p><b>Incomplete:</b> {}.</p>", safe(&missing))?;
            let gaps = report.gaps.iter().map(account::gap);
            self.list(gaps.chain(account::errors(report)))?;
            writeln!(self.out, "</div>")?;
        }
        let mut warnings: Vec<String> =
            account::not_seen(report).map(|(_, words)| format!("not seen: {words}")).collect();
        warnings.extend(account::warnings(report));
        warnings.extend(report.notes.iter().map(|n| n.to_string()));
        warnings.extend(account::hidden(report, self.view));
        if !warnings.is_empty() {
            writeln!(self.out, "<div class=\"warn\">")?;
            self.list(warnings.into_iter())?;
            writeln!(self.out, "</div>")?;
        }
        if let Some(since) = account::baseline(report) {
            writeln!(self.out, "<p>{}.</p>", safe(&since))?;
        }
        Ok(())
    }

    fn list(&mut self, mut entries: impl Iterator<Item = String>) -> io::Result<()> {
        writeln!(self.out, "<ul>")?;
        for entry in entries.by_ref().take(MOST) {
            writeln!(self.out, "<li>{}</li>", safe(&entry))?;
        }
        match entries.count() {
            0 => {}
            n => writeln!(self.out, "<li>and {} more</li>", text::number(n as u64))?,
        }
        writeln!(self.out, "</ul>")
    }

    fn fix_first(&mut self, items: &[Item<'_>]) -> io::Result<()> {
        let causes = account::causes(items);
        if causes.is_empty() {
            return writeln!(self.out, "<p>{}.</p>", safe(&account::counts(self.report)));
        }
        if self.report.objects.iter().filter(|o| !o.synthetic).count() < 2 {
            return Ok(());
        }
        writeln!(
            self.out,
            "<h2>Fix these first</h2>\n<div class=\"wide\"><table>\n<thead><tr><th class=\"s\">severity</th><th class=\"s\">check</th>\
             <th class=\"n\">objects</th><th>first of them</th></tr></thead>\n<tbody>"
        )?;
        for cause in &causes {
            let check = &self.report.checks[cause.check as usize];
            writeln!(
                self.out,
                "<tr><td class=\"s word {0}\">{0}</td><td class=\"s\"><a href=\"#{0}-{1}\"><code>{1}</code></a></td><td class=\"n\">{2}</td><td>{3}</td></tr>",
                cause.severity,
                safe(&check.id),
                text::number(cause.objects.len() as u64),
                safe(&account::first_of(self.report, &cause.objects)),
            )?;
        }
        writeln!(self.out, "</tbody></table></div>")
    }

    fn namespaces(&mut self) -> io::Result<()> {
        let rows = account::namespaces(self.report);
        if rows.len() < 2 {
            return Ok(());
        }
        let levels = rows.iter().any(|n| n.level.is_some());
        let more = if levels { "<th>could enforce</th>" } else { "" };
        writeln!(self.out, "<h2>Namespaces</h2>")?;
        self.score_head(&format!("<th>namespace</th>{more}"))?;
        for n in rows.iter().take(MOST) {
            let name = if n.name.is_empty() { "(not in a namespace)".to_owned() } else { safe(n.name) };
            let level = n.level.map_or("-".into(), safe);
            let more = if levels { format!("<td>{level}</td>") } else { String::new() };
            self.score_row(&n.score, &format!("<td>{name}</td>{more}"))?;
        }
        writeln!(self.out, "</tbody></table></div>")
    }

    fn objects(&mut self) -> io::Result<()> {
        let mut rows: Vec<_> = self.report.objects.iter().filter(|o| o.score.total(|t| t.failed) > 0).collect();
        if rows.len() < 2 {
            return Ok(());
        }
        rows.sort_by_key(|o| std::cmp::Reverse(Severity::ALL.map(|s| o.score.failed(s))));
        writeln!(self.out, "<h2>Objects</h2>")?;
        let open = if rows.len() <= 20 { " open" } else { "" };
        let count = text::count(rows.len() as u64, "object with findings", "objects with findings");
        writeln!(self.out, "<details{open}><summary>{count}</summary>")?;
        let files = rows.iter().any(|o| !o.origin.file().is_empty());
        self.score_head(if files { "<th>object</th><th>file</th>" } else { "<th>object</th>" })?;
        for o in rows.iter().take(MOST) {
            let file =
                if files { format!("<td><code>{}</code></td>", safe(&text::file(&o.origin))) } else { String::new() };
            self.score_row(&o.score, &format!("<td>{}</td>{file}", safe(&text::object(&o.id))))?;
        }
        writeln!(self.out, "</tbody></table></div>")?;
        if rows.len() > MOST {
            writeln!(self.out, "<p>and {} more</p>", text::number((rows.len() - MOST) as u64))?;
        }
        writeln!(self.out, "</details>")
    }

    fn score_head(&mut self, more: &str) -> io::Result<()> {
        write!(self.out, "<div class=\"wide\"><table>\n<thead><tr><th class=\"s\">grade</th><th class=\"n\">%</th>")?;
        for severity in &Severity::ALL[..4] {
            write!(self.out, "<th class=\"n\">{severity}</th>")?;
        }
        writeln!(self.out, "{more}</tr></thead>\n<tbody>")
    }

    fn score_row(&mut self, score: &Score, more: &str) -> io::Result<()> {
        let grade = score.grade().map_or("-", |g| g.letter());
        let percent = account::percent_cell(score);
        write!(self.out, "<tr><td class=\"s word {grade}\">{grade}</td><td class=\"n\">{percent}</td>")?;
        for severity in &Severity::ALL[..4] {
            match score.failed(*severity) {
                0 => write!(self.out, "<td class=\"n soft\">-</td>")?,
                n => write!(self.out, "<td class=\"n {severity}\">{}</td>", text::number(n))?,
            }
        }
        writeln!(self.out, "{more}</tr>")
    }

    fn findings(&mut self, items: &[Item<'_>]) -> io::Result<()> {
        if items.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "<h2>Findings</h2>\n<div id=\"filter-place\"></div>")?;
        let mut items: Vec<&Item<'_>> = items.iter().collect();
        items.sort_by_key(|i| (i.severity(), i.verdict.check));
        let mut same: &[&Item<'_>] = &items;
        while let Some(first) = same.first() {
            let key = (first.severity(), first.verdict.check);
            let end = same.iter().position(|i| (i.severity(), i.verdict.check) != key).unwrap_or(same.len());
            self.findings_of(&same[..end])?;
            same = &same[end..];
        }
        Ok(())
    }

    /// Findings of one severity and check.
    fn findings_of(&mut self, items: &[&Item<'_>]) -> io::Result<()> {
        let check = items[0].check(self.report);
        let severity = items[0].severity();
        let id = safe(&check.id);
        let open = if severity <= Severity::High { " open" } else { "" };
        writeln!(
            self.out,
            "<details class=\"check\" id=\"{severity}-{id}\"{open}><summary><span class=\"word {severity}\">{severity}</span> \
             <h3><code>{id}</code> {}</h3> <span class=\"count\">{}</span></summary>",
            safe(&check.title),
            text::count(items.len() as u64, "finding", "findings"),
        )?;
        if !check.description.is_empty() {
            writeln!(self.out, "<p>{}</p>", safe(&check.description))?;
        }
        let uri = super::help_uri(check);
        writeln!(self.out, "<p>{} <a href=\"{uri}\">Documentation</a></p>", safe(&check.remediation))?;
        writeln!(self.out, "<table><thead><tr><th>where</th><th>what</th></tr></thead>\n<tbody>")?;
        for item in items.iter().take(MOST) {
            self.finding(item)?;
        }
        writeln!(self.out, "</tbody></table>")?;
        if items.len() > MOST {
            writeln!(self.out, "<p>and {} more; -o json lists all</p>", text::number((items.len() - MOST) as u64))?;
        }
        writeln!(self.out, "</details>")
    }

    fn finding(&mut self, item: &Item<'_>) -> io::Result<()> {
        let object = item.object(self.report);
        let position = text::position(object, item.finding).map(|p| format!("<br><code>{}</code>", safe(&p)));
        let name = safe(&text::object(&object.id));
        write!(self.out, "<tr><td class=\"where\">{name}{}</td><td>", position.unwrap_or_default())?;
        write!(self.out, "{}", safe(&item.message()))?;
        if self.report.baseline.is_some() && !item.finding.known {
            write!(self.out, " <b>new</b>")?;
        }
        if item.is_fixable() && self.view.hints.fix {
            write!(self.out, " <span class=\"soft\">(audit fix repairs it)</span>")?;
        }
        if !item.finding.pointer.is_empty() {
            let unset = if item.finding.exists { "" } else { " is not set" };
            write!(self.out, "<br><code class=\"soft\">{}</code>{unset}", safe(&item.finding.pointer))?;
        }
        if !item.finding.related.is_empty() {
            write!(self.out, "<br>see {}", safe(&item.finding.related))?;
        }
        self.snippet(item)?;
        writeln!(self.out, "</td></tr>")
    }

    fn snippet(&mut self, item: &Item<'_>) -> io::Result<()> {
        let f = item.finding;
        let Origin::File { path, .. } = &item.object(self.report).origin else { return Ok(()) };
        let Some(line) = self.view.snippets.get(&(path.clone(), f.start.line)).filter(|_| !f.sensitive) else {
            return Ok(());
        };
        let line = text::cut(line, 300);
        let start = (f.start.column.max(1) - 1) as usize;
        let end = if f.end.line == f.start.line { f.end.column.max(1) as usize - 1 } else { usize::MAX };
        let part = |from: usize, to: usize| -> String {
            safe(&line.chars().skip(from).take(to.saturating_sub(from)).collect::<String>().replace('\t', "    "))
        };
        let (before, marked, after) = (part(0, start), part(start, end), part(end.max(start), usize::MAX));
        write!(self.out, "<pre><span class=\"n\">{} | </span>{before}<mark>{marked}</mark>{after}</pre>", f.start.line)
    }
}

#[cfg(test)]
mod tests;

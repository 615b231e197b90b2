//! Benchmarks as they are written in `benchmarks/<id>.yaml`.

use crate::config::document::{Document, Mistake};
use crate::config::reader::Reader;
use crate::model::benchmark::{Benchmark, Control, Rule, Select};
use std::collections::BTreeSet;
use std::path::Path;

/// Reads a benchmark. `file` is named in mistakes, and its stem must be the benchmark's id.
pub fn parse(text: &str, file: &str) -> Result<Benchmark, Vec<Mistake>> {
    let document = Document::parse(text, file).map_err(|m| vec![m])?;
    let mut mistakes = Vec::new();
    let m = &mut mistakes;
    let mut root = Reader::root(&document, m);
    let id = required(&mut root, "id", m);
    let stem = Path::new(file).file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    if !id.is_empty() && id != stem {
        m.push(root.mistake(root.line, "id", format!("`{id}` must be the name of the file, `{stem}`")));
    }
    let mut benchmark = Benchmark {
        id,
        title: required(&mut root, "title", m),
        version: required(&mut root, "version", m),
        source: required(&mut root, "source", m),
        select: Select::default(),
        controls: Vec::new(),
        rules: Vec::new(),
    };
    if let Some(mut select) = root.map("select", m) {
        benchmark.select.group = select.text("group", m).map(|g| g.value);
        select.finish(m);
    }
    let mut seen = BTreeSet::new();
    for mut entry in root.maps("controls", m) {
        let control = Control {
            id: required(&mut entry, "id", m),
            title: required(&mut entry, "title", m),
            since: entry.text("since", m).map(|t| t.value),
            until: entry.text("until", m).map(|t| t.value),
            checks: words(&mut entry, "checks", m),
            manual: entry.text("manual", m).map(|t| t.value),
        };
        if control.checks.is_empty() && control.manual.is_none() && !entry.has("checks") {
            m.push(entry.mistake(
                entry.line,
                "checks",
                "names no check; write checks, or manual: what a person has to look at",
            ));
        }
        if !control.id.is_empty() && !seen.insert(control.id.clone()) {
            m.push(entry.mistake(entry.line, "id", format!("control `{}` is there already", control.id)));
        }
        entry.finish(m);
        benchmark.controls.push(control);
    }
    for mut entry in root.maps("rules", m) {
        let points =
            entry.parsed("points", m, |t, _| t.parse().map_err(|_| format!("must be a whole number, is `{t}`")));
        if points.is_none() && !entry.has("points") {
            m.push(entry.mistake(entry.line, "points", "is missing"));
        }
        benchmark.rules.push(Rule {
            id: required(&mut entry, "id", m),
            check: required(&mut entry, "check", m),
            selector: required(&mut entry, "selector", m),
            reason: required(&mut entry, "reason", m),
            kinds: words(&mut entry, "kinds", m),
            href: entry.text("href", m).map(|t| t.value),
            points: points.map_or(0, |p| p.value),
        });
        if !entry.has("kinds") {
            m.push(entry.mistake(entry.line, "kinds", "is missing"));
        }
        entry.finish(m);
    }
    root.finish(m);
    mistakes.sort();
    if mistakes.is_empty() { Ok(benchmark) } else { Err(mistakes) }
}

fn required(reader: &mut Reader<'_>, key: &'static str, mistakes: &mut Vec<Mistake>) -> String {
    let before = mistakes.len();
    let text = reader.text(key, mistakes).map(|t| t.value.trim().to_owned()).unwrap_or_default();
    if text.is_empty() && mistakes.len() == before {
        mistakes.push(reader.mistake(reader.line, key, "is missing"));
    }
    text
}

fn words(reader: &mut Reader<'_>, key: &'static str, mistakes: &mut Vec<Mistake>) -> Vec<String> {
    reader.list(key, mistakes).map(|l| l.value.into_iter().map(|w| w.value).collect()).unwrap_or_default()
}

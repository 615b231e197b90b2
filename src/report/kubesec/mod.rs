//! The JSON of kubesec's `scan`, byte for byte, for those who parse it: an element per object, scored by kubesec's rules.
//!
//! The verdicts come from the benchmark `kubesec` of the report (a finding means that the rule is *matched*), the rules
//! with their texts and points from the view. Unlike kubesec, a document that could not be read does not end the run:
//! it is an element with `valid: false`, and so is an object on which a rule's check broke.

use super::{Format, View};
use crate::model::benchmark::Rule;
use crate::model::object::{ObjectId, Origin};
use crate::model::report::Report;
use crate::model::verdict::Verdict;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::io::{self, BufWriter, Write};

/// The benchmark whose results are shown.
pub const BENCHMARK: &str = "kubesec";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Element<'a> {
    object: String,
    valid: bool,
    file_name: &'a str,
    message: String,
    score: i64,
    scoring: Scoring<'a>,
}

#[derive(Default, Serialize)]
struct Scoring<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    critical: Vec<Entry<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    passed: Vec<Entry<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    advise: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    selector: &'a str,
    reason: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    href: Option<&'a str>,
    points: i32,
}

/// Writes the report as kubesec does.
pub fn write(report: &Report, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    let missing = |what: &str| Err(io::Error::new(io::ErrorKind::Unsupported, what.to_owned()));
    let Some(benchmark) = report.benchmarks.iter().find(|b| &*b.id == BENCHMARK) else {
        return missing("the report has no results of kubesec's rules; run the audit itself with -o kubesec");
    };
    if view.rules.is_empty() {
        return missing("kubesec's scoring rules are not at hand; the catalogue must have benchmarks/kubesec.yaml");
    }
    let mut verdicts: HashMap<(u32, &str), &Verdict> = HashMap::new();
    for v in &benchmark.results {
        verdicts.insert((v.object, &*report.checks[v.check as usize].id), v);
    }
    let objects = (0u32..).zip(&report.objects).filter(|(_, o)| !o.synthetic).map(|(i, o)| {
        let of_rule = |rule: &Rule| verdicts.get(&(i, rule.check.as_str())).copied();
        element(&o.id, file_name(&o.origin), &view.rules, of_rule)
    });
    let gaps = report.gaps.iter().map(|g| invalid("Unknown".to_owned(), &g.what, g.detail.to_string()));
    let mut out = GoEscapes(BufWriter::new(out));
    let mut json = serde_json::Serializer::pretty(&mut out);
    serde::Serializer::collect_seq(&mut json, objects.chain(gaps))?;
    out.write_all(b"\n")?;
    out.flush()
}

fn element<'a>(
    id: &ObjectId,
    file_name: &'a str,
    rules: &'a [Rule],
    verdict: impl Fn(&Rule) -> Option<&'a Verdict>,
) -> Element<'a> {
    let object = object(id);
    let mut scoring = Scoring::default();
    let (mut score, mut supported) = (0, false);
    for rule in rules.iter().filter(|r| r.kinds.iter().any(|k| **k == *id.kind)) {
        supported = true;
        let verdict = verdict(rule);
        if let Some(error) = verdict.and_then(|v| v.errors.first()) {
            return invalid(object, file_name, format!("rule {} could not be evaluated: {error}", rule.id));
        }
        let matched = verdict.is_some_and(|v| !v.findings.is_empty());
        let list = match (rule.points < 0, matched) {
            (true, true) => &mut scoring.critical,
            (true, false) => continue,
            (false, true) => &mut scoring.passed,
            (false, false) => &mut scoring.advise,
        };
        score += if matched { i64::from(rule.points) } else { 0 };
        list.push(Entry {
            id: &rule.id,
            selector: &rule.selector,
            reason: &rule.reason,
            href: rule.href.as_deref().filter(|h| !h.is_empty()),
            points: rule.points,
        });
    }
    scoring.critical.sort_by_key(|e| (e.points, e.selector));
    scoring.passed.sort_by_key(|e| (Reverse(e.points), e.selector));
    scoring.advise.sort_by_key(|e| (Reverse(e.points), e.selector));
    let message = match (supported, score) {
        (false, _) => "This resource kind is not supported by kubesec".to_owned(),
        (true, 0..) => format!("Passed with a score of {score} points"),
        (true, _) => format!("Failed with a score of {score} points"),
    };
    Element { object, valid: true, file_name, message, score, scoring }
}

fn invalid(object: String, file_name: &str, message: String) -> Element<'_> {
    Element { object, valid: false, file_name, message, score: 0, scoring: Scoring::default() }
}

/// `Pod/example.default`; what is missing has kubesec's word for it. A generated name is no name.
fn object(id: &ObjectId) -> String {
    let name = if id.name.is_empty() || id.name.ends_with('*') { "undefined" } else { &id.name };
    let namespace = if id.namespace.is_empty() { "default" } else { &id.namespace };
    format!("{}/{name}.{namespace}", id.kind)
}

fn file_name(origin: &Origin) -> &str {
    match origin.file() {
        "-" => "STDIN",
        "" => "API",
        path => path,
    }
}

/// Escapes what Go's JSON encoder escapes beside what every encoder does. These characters occur only inside of strings.
struct GoEscapes<W>(W);

impl<W: Write> Write for GoEscapes<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        // NOTE: serde_json hands over whole strings, so the three bytes of a separator are never parted.
        while let Some(at) = bytes.iter().position(|b| matches!(b, b'<' | b'>' | b'&' | 0xe2)) {
            self.0.write_all(&bytes[..at])?;
            let (escape, length): (&[u8], usize) = match &bytes[at..] {
                [b'<', ..] => (b"\\u003c", 1),
                [b'>', ..] => (b"\\u003e", 1),
                [b'&', ..] => (b"\\u0026", 1),
                [0xe2, 0x80, 0xa8, ..] => (b"\\u2028", 3),
                [0xe2, 0x80, 0xa9, ..] => (b"\\u2029", 3),
                _ => (&bytes[at..=at], 1),
            };
            self.0.write_all(escape)?;
            bytes = &bytes[at + length..];
        }
        self.0.write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Format {
    /// The benchmark that must be part of the run for this format; `None` when any report will do.
    pub fn benchmark(self) -> Option<&'static str> {
        (self == Format::Kubesec).then_some(BENCHMARK)
    }
}

#[cfg(test)]
mod tests;

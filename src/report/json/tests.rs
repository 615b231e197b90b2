//! The JSON report is what its schema says, can be read back, and its numbers follow from its own lists.

use super::shape::Document;
use super::{Lines, ReadError, read, schema, write};
use crate::model::report::{Report, Tally};
use crate::model::verdict::Outcome;
use crate::report::sample::{arbitrary, reports::*};
use crate::report::{View, tenths};
use proptest::prelude::*;
use serde::Serialize;

fn all() -> View {
    View { include_passed: true, ..View::default() }
}

fn bytes(report: &Report, view: &View) -> Vec<u8> {
    let mut out = Vec::new();
    write(report, view, &mut out).expect("writing to memory");
    out
}

fn samples() -> Vec<Report> {
    vec![
        bad_pod(),
        many_files(),
        cluster(),
        all_passed(true),
        nothing_assessed(),
        only_gaps(),
        waived(),
        baseline(),
        Report::default(),
    ]
}

fn assert_valid(text: &[u8]) {
    let value: serde_json::Value = serde_json::from_slice(text).expect("JSON");
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    let errors: Vec<String> = validator.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

/// What the writer streams is exactly what the shape says: same fields, same order.
fn assert_is_its_shape(text: &[u8]) {
    let document: Document = serde_json::from_slice(text).expect("the shape");
    let mut again = Vec::new();
    document
        .serialize(&mut serde_json::Serializer::with_formatter(&mut again, Lines::to_depth(2)))
        .expect("writing to memory");
    again.push(b'\n');
    assert_eq!(String::from_utf8_lossy(&again), String::from_utf8_lossy(text));
}

#[test]
fn samples_are_valid_and_come_back() {
    for report in samples() {
        let text = bytes(&report, &all());
        assert_valid(&text);
        assert_is_its_shape(&text);
        assert_eq!(read(&text).expect("a report"), report);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_is_written_is_read(report in arbitrary::report()) {
        let text = bytes(&report, &all());
        assert_valid(&text);
        assert_is_its_shape(&text);
        prop_assert_eq!(read(&text).expect("a report"), report);
    }
}

#[test]
fn has_a_line_per_item() {
    let text = String::from_utf8(bytes(&all_passed(true), &all())).expect("UTF-8");
    let text = text.replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
    let settings = crate::report::sample::snapshots();
    settings.bind(|| insta::assert_snapshot!("all_passed_json", text));
}

#[test]
fn the_schema_in_docs_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/report-v1.json");
    let mut now = serde_json::to_string_pretty(&schema()).expect("JSON");
    now.push('\n');
    if std::env::var_os("AUDIT_BLESS").is_some() {
        std::fs::write(path, &now).expect("docs/schema can be written");
    }
    let stored = std::fs::read_to_string(path).unwrap_or_default();
    assert!(stored == now, "docs/schema/report-v1.json is not current: run this test with AUDIT_BLESS=1");
}

/// Percent, points, coverage and tallies by hand, from the lists of the report and nothing else.
#[test]
fn numbers_follow_from_the_results() {
    let listed = |mut report: Report| {
        assert!(report.verdicts.iter().any(|v| v.outcome() == Outcome::Pass));
        report.baseline = None;
        report
    };
    for report in [listed(all_passed(true)), listed(mixed())] {
        let text = bytes(&report, &all());
        let document: Document = serde_json::from_slice(&text).expect("the shape");
        let summary = serde_json::to_value(&document.summary).expect("JSON");
        let mut tallies = [Tally::default(); 5];
        let mut points = 0;
        for r in &document.results {
            let t = &mut tallies[r.severity as usize];
            match r.outcome {
                Outcome::Fail => t.failed += 1,
                Outcome::Pass => t.passed += 1,
                Outcome::Waived => t.waived += 1,
                Outcome::Error => t.errors += 1,
                Outcome::NotAssessed if r.reason.is_some_and(|w| w as usize == 0) => t.outside += 1,
                Outcome::NotAssessed => t.not_assessed += 1,
            }
            points += i64::from(r.points);
        }
        let weighed =
            |f: fn(&Tally) -> u64| -> u64 { tallies.iter().zip([10, 6, 3, 1, 0]).map(|(t, w)| f(t) * w).sum() };
        let (passed, failed) = (weighed(|t| t.passed), weighed(|t| t.failed));
        let percent = (1000 * passed / (passed + failed)) as f64 / 10.0;
        let sum = |f: fn(&Tally) -> u64| -> u64 { tallies.iter().map(f).sum() };
        let assessed = sum(|t| t.passed + t.failed + t.waived);
        let coverage = (1000 * assessed / (assessed + sum(|t| t.errors + t.not_assessed))) as f64 / 10.0;
        assert_eq!(summary["percent"], percent);
        assert_eq!(summary["coverage"], coverage);
        assert_eq!(summary["points"], points);
        for (t, word) in tallies.iter().zip(["critical", "high", "medium", "low", "info"]) {
            assert_eq!(summary["by_severity"][word], serde_json::to_value(t).expect("JSON"), "{word}");
        }
        let passes: u64 = document.checks.iter().map(|c| c.passed).sum();
        assert_eq!(passes, sum(|t| t.passed));
    }
}

#[test]
fn percent_is_rounded_down() {
    assert_eq!(tenths(89.96), 89.9);
    assert_eq!(tenths(100.0 * 643.0 / 1000.0), 64.3);
    assert_eq!(tenths(99.999), 99.9);
    assert_eq!(tenths(100.0), 100.0);
    for whole in 1..400u64 {
        for part in 0..=whole {
            let exact = (1000 * part / whole) as f64 / 10.0;
            assert_eq!(tenths(100.0 * part as f64 / whole as f64), exact, "{part}/{whole}");
        }
    }
}

#[test]
fn passes_are_listed_on_request() {
    let count = |view| {
        let text = bytes(&all_passed(true), &view);
        serde_json::from_slice::<Document>(&text).expect("the shape").results.len()
    };
    assert_eq!(count(View::default()), 0);
    assert_eq!(count(all()), 15);
    assert_eq!(count(View { severities: Some(vec![crate::model::check::Severity::High]), ..all() }), 3);
}

#[test]
fn secrets_are_masked() {
    let mut report = bad_pod();
    let f = &mut report.verdicts[0].findings[0];
    f.sensitive = true;
    f.value = "\"hunter2\"".into();
    assert!(!String::from_utf8(bytes(&report, &all())).expect("UTF-8").contains("hunter2"));
}

#[test]
fn what_cannot_be_read_is_said() {
    let error = |text: &str| read(text.as_bytes()).expect_err("no report").to_string();
    assert!(matches!(read(b"[]"), Err(ReadError::Syntax(_))));
    assert!(matches!(read(b"{\"a\":1}"), Err(ReadError::Foreign)));
    let good = String::from_utf8(bytes(&bad_pod(), &all())).expect("UTF-8");
    let changed = |from: &str, to: &str| error(&good.replacen(from, to, 1));
    assert!(changed("\"version\":\"1\"", "\"version\":\"2\"").contains("version \"2\""));
    assert!(changed("\"version\":\"1\"", "\"version\":2").contains("version \"2\""));
    assert!(changed("\"outcome\":\"fail\"", "\"outcome\":\"pass\"").contains("says pass, but is fail"));
    assert!(changed("{\"check\":\"priv", "{\"check\":\"x").contains("names check"));
    assert!(changed("{\"index\":0", "{\"index\":7").contains("calls itself number 7"));
    assert!(error(&good[..good.len() / 2]).contains("line "));
}

/// The example in `tests/schemas` is what this program writes.
#[test]
fn the_example_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemas/report-v1.example.json");
    let now = String::from_utf8(bytes(&small(), &all())).expect("UTF-8").replace(env!("CARGO_PKG_VERSION"), "0.0.0");
    if std::env::var_os("AUDIT_BLESS").is_some() {
        std::fs::write(path, &now).expect("tests/schemas can be written");
    }
    let stored = std::fs::read_to_string(path).unwrap_or_default();
    assert!(stored == now, "tests/schemas/report-v1.example.json is not current: run this test with AUDIT_BLESS=1");
}

//! JUnit XML, for continuous integration: a suite per object, a case per verdict.
//!
//! A failure is a `failure`, a broken check an `error`; what was not assessed or is waived is `skipped` with the reason.
//! Passes are listed on request, else counted in a property of the suite. What could not be read is a suite of its
//! own with errors, so that a run that saw nothing is not green.

use super::shown::{self, Item};
use super::text;
use super::{View, tenths};
use crate::model::report::{ObjectRow, Report};
use crate::model::verdict::{Outcome, Verdict};
use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus, TestSuite};
use std::io;
use std::time::Duration;

/// Writes the report as JUnit XML.
pub fn write(report: &Report, view: &View, out: &mut dyn io::Write) -> io::Result<()> {
    let mut junit = quick_junit::Report::new("audit");
    if report.run.duration_ms > 0 {
        junit.set_time(Duration::from_millis(report.run.duration_ms));
    }
    if !report.gaps.is_empty() {
        junit.add_test_suite(gaps(report));
    }
    let mut by_object: Vec<Vec<&Verdict>> = vec![vec![]; report.objects.len()];
    for verdict in &report.verdicts {
        by_object[verdict.object as usize].push(verdict);
    }
    for (object, verdicts) in report.objects.iter().zip(&by_object) {
        junit.add_test_suite(suite(report, view, object, verdicts));
    }
    junit.serialize(out).map_err(io::Error::other)
}

fn suite(report: &Report, view: &View, object: &ObjectRow, verdicts: &[&Verdict]) -> TestSuite {
    let file = text::file(&object.origin);
    let name = text::object(&object.id);
    let mut suite = TestSuite::new(if file.is_empty() { name.clone() } else { format!("{file}: {name}") });
    let score = &object.score;
    let mut property = |name: &str, value: String| {
        suite.add_property(Property::new(name, value));
    };
    property("passed", score.total(|t| t.passed).to_string());
    property("outside", score.total(|t| t.outside).to_string());
    property("points", score.points.to_string());
    if let Some(percent) = score.percent() {
        property("percent", tenths(percent).to_string());
    }
    for verdict in verdicts {
        suite.add_test_cases(case(report, view, object, verdict));
    }
    suite
}

fn case(report: &Report, view: &View, object: &ObjectRow, verdict: &Verdict) -> Option<TestCase> {
    let check = &report.checks[verdict.check as usize];
    let items = shown::of_verdict(verdict, view, |_| true);
    let outcome = verdict.outcome();
    let status = match outcome {
        Outcome::Fail => {
            let open: Vec<&Item<'_>> = items.iter().filter(|i| i.finding.waiver.is_none()).collect();
            let worst = open.iter().min_by_key(|i| i.severity())?;
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(worst.message()).set_type(worst.severity().word());
            let mut lines: Vec<String> = open.iter().map(|i| line(object, i)).collect();
            lines.push(String::new());
            lines.push(check.remediation.to_string());
            status.set_description(lines.join("\n"));
            status
        }
        _ if !view.shows(verdict.worst().unwrap_or(check.severity)) => return None,
        Outcome::Error => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message("the check broke, so nothing is known").set_type("error");
            status.set_description(verdict.errors.join("\n"));
            status
        }
        Outcome::NotAssessed => {
            let reason = verdict.reason.as_ref()?;
            if !view.include_passed && reason.word() == "outside" {
                return None;
            }
            let mut status = TestCaseStatus::skipped();
            status.set_message(format!("not assessed: {}", text::reason(reason))).set_type(reason.word());
            status
        }
        Outcome::Waived => {
            let waiver = items.first()?.waiver(report)?;
            let mut status = TestCaseStatus::skipped();
            status.set_message(format!("waived at {}: {}", waiver.location, text::waiver(waiver))).set_type("waived");
            status.set_description(items.iter().map(|i| line(object, i)).collect::<Vec<_>>().join("\n"));
            status
        }
        Outcome::Pass if view.include_passed => TestCaseStatus::success(),
        Outcome::Pass => return None,
    };
    let mut case = TestCase::new(&*check.id, status);
    case.set_classname(format!("{}.{}", check.group, object.id.kind));
    if !object.origin.file().is_empty() {
        case.extra.insert("file".into(), text::file(&object.origin).into_owned().into());
        let found = items.iter().map(|i| i.finding.start.line).find(|l| *l > 0);
        if let Some(line) = found {
            case.extra.insert("line".into(), line.to_string().into());
        }
    }
    Some(case)
}

/// `pod.yaml:14:19: critical container app: privileged is true`.
fn line(object: &ObjectRow, item: &Item<'_>) -> String {
    let place = text::position(object, item.finding).map(|p| format!("{p}: ")).unwrap_or_default();
    format!("{place}{} {}", item.severity(), item.message())
}

fn gaps(report: &Report) -> TestSuite {
    let mut suite = TestSuite::new("not read");
    for gap in &report.gaps {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        status.set_message(&*gap.detail).set_type(&*gap.reason);
        let mut case = TestCase::new(&*gap.what, status);
        case.set_classname("gap");
        suite.add_test_case(case);
    }
    suite
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{arbitrary, reports::*, snapshots};
    use proptest::prelude::*;

    fn junit(report: &Report, view: &View) -> String {
        let mut out = Vec::new();
        write(report, view, &mut out).expect("writing to memory");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn samples() {
        snapshots().bind(|| {
            insta::assert_snapshot!("bad_pod_junit", junit(&bad_pod(), &View::default()));
            insta::assert_snapshot!("waived_junit", junit(&waived(), &View::default()));
            insta::assert_snapshot!("only_gaps_junit", junit(&only_gaps(), &View::default()));
        });
        let listed = junit(&mixed(), &View { include_passed: true, ..View::default() });
        assert_eq!(listed.matches("<testcase ").count(), mixed().verdicts.len());
        assert!(
            listed.contains("<testsuites name=\"audit\" tests=\"38\" skipped=\"4\" failures=\"2\" errors=\"2\""),
            "{listed}"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn has_no_character_that_xml_forbids(report in arbitrary::report()) {
            let text = junit(&report, &View::default());
            let forbidden = |c: char| c < ' ' && !"\n\t\r".contains(c) || ['\u{fffe}', '\u{ffff}'].contains(&c);
            let found = text.chars().find(|c| forbidden(*c));
            prop_assert_eq!(found, None);
        }
    }
}

//! New, fixed and what only looks fixed.

use super::{Change, Comparison, write};
use crate::model::report::Report;
use crate::model::verdict::Reason;
use crate::report::sample::{arbitrary, reports::*, snapshots};
use crate::report::{Format, View};
use proptest::prelude::*;

fn show(format: Format, old: &Report, new: &Report, view: &View) -> String {
    let mut out = Vec::new();
    write(format, &Comparison::of(old, new), view, &mut out).expect("writing to memory");
    String::from_utf8(out).expect("UTF-8")
}

fn counts(old: &Report, new: &Report) -> Vec<(Change, u64)> {
    let c = Comparison::of(old, new);
    Change::ALL.into_iter().map(|x| (x, c.count(x))).filter(|(_, n)| *n > 0).collect()
}

/// The bad pod without its `privileged-container` and with a check that could not judge.
fn later() -> Report {
    let mut report = bad_pod();
    report.verdicts.retain(|v| v.check != 1);
    report.checks[1].passed = 1;
    let blind = report.verdicts.iter_mut().find(|v| &*report.checks[v.check as usize].id == "seccomp-profile-missing");
    let blind = blind.expect("the verdict");
    blind.findings.clear();
    blind.reason = Some(Reason::Denied("Node".into()));
    let mut added = report.verdicts[0].clone();
    for f in &mut added.findings {
        f.stable = format!("{}/new", f.stable).into();
    }
    report.verdicts.push(added);
    report
}

#[test]
fn a_report_equals_itself() {
    assert_eq!(counts(&bad_pod(), &bad_pod()), [(Change::Unchanged, 6)]);
    assert_eq!(counts(&cluster(), &cluster()), [(Change::Unchanged, 23)]);
}

#[test]
fn fixed_is_what_passed_since() {
    assert_eq!(&*bad_pod().checks[1].id, "privileged-container");
    let expected = [(Change::New, 2), (Change::NoLongerAssessed, 1), (Change::Fixed, 1), (Change::Unchanged, 4)];
    assert_eq!(counts(&bad_pod(), &later()), expected);
    // Nothing was read: nothing is fixed.
    assert_eq!(counts(&bad_pod(), &only_gaps()), [(Change::Gone, 6)]);
    let mut unchecked = bad_pod();
    unchecked.verdicts.retain(|v| v.check != 1);
    assert_eq!(counts(&bad_pod(), &unchecked), [(Change::NoLongerAssessed, 1), (Change::Unchanged, 5)]);
}

#[test]
fn what_is_waived_is_not_fixed() {
    let mut waived = bad_pod();
    waived.verdicts[0].findings[0].waiver = Some(0);
    assert_eq!(counts(&bad_pod(), &waived), [(Change::Waived, 1), (Change::Unchanged, 5)]);
    assert_eq!(counts(&waived, &bad_pod()), [(Change::Reopened, 1), (Change::Unchanged, 5)]);
}

#[test]
fn as_a_person_sees_it() {
    snapshots().bind(|| {
        insta::assert_snapshot!("compare_80", show(Format::Table, &bad_pod(), &later(), &terminal(80)));
        insta::assert_snapshot!("compare_markdown", show(Format::Markdown, &bad_pod(), &later(), &View::default()));
        let json = show(Format::Json, &bad_pod(), &later(), &View::default());
        insta::assert_snapshot!("compare_json", json.replace(env!("CARGO_PKG_VERSION"), "[VERSION]"));
    });
    let mut out = Vec::new();
    let (old, new) = (bad_pod(), later());
    let error = write(Format::Sarif, &Comparison::of(&old, &new), &View::default(), &mut out).expect_err("no SARIF");
    assert_eq!(error.to_string(), "a comparison cannot be written as sarif; use table, json or markdown");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn every_finding_is_accounted_for(old in arbitrary::report(), new in arbitrary::report()) {
        let open = |r: &Report| r.verdicts.iter().flat_map(|v| &v.findings).filter(|f| f.waiver.is_none()).count() as u64;
        let c = Comparison::of(&old, &new);
        let n = |x| c.count(x);
        prop_assert_eq!(n(Change::New) + n(Change::Reopened) + n(Change::Unchanged), open(&new));
        let same = n(Change::Unchanged);
        let lost = n(Change::Fixed) + n(Change::Gone) + n(Change::NoLongerAssessed) + n(Change::Waived);
        prop_assert!(same + lost <= open(&old));
        show(Format::Json, &old, &new, &View::default());
        for format in [Format::Table, Format::Markdown] {
            let text = show(format, &old, &new, &terminal(80));
            let rough = text.contains(|c: char| c.is_control() && c != '\n');
            prop_assert!(!rough);
        }
    }
}

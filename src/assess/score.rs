//! Counting verdicts into a [`Score`], so that anyone can do it again by hand.
//!
//! A failed verdict counts in the severity of its worst unwaived finding; every other outcome in the severity of its check.
//! Points are kubesec's scale: positive ones are added when the check passes, negative ones when it fails. A verdict that is waived,
//! not assessed or broken adds neither weight nor points: it says nothing about the object. What was never part of the
//! run (`outside`) is counted apart, because no run could have assessed it.

use crate::model::check::Severity;
use crate::model::report::Score;
use crate::model::verdict::{Outcome, Reason, Verdict};

/// Counts one verdict of a check with this severity and these points.
pub fn tally(score: &mut Score, check_severity: Severity, check_points: i32, verdict: &Verdict) {
    let outcome = verdict.outcome();
    let severity = match outcome {
        Outcome::Fail => verdict.worst().unwrap_or(check_severity),
        _ => check_severity,
    };
    let tally = &mut score.by_severity[severity as usize];
    match outcome {
        Outcome::Pass => tally.passed += 1,
        Outcome::Fail => tally.failed += 1,
        Outcome::Waived => tally.waived += 1,
        Outcome::Error => tally.errors += 1,
        Outcome::NotAssessed if matches!(verdict.reason, Some(Reason::Outside(_))) => tally.outside += 1,
        Outcome::NotAssessed => tally.not_assessed += 1,
    }
    score.points += points(outcome, check_points);
}

/// What a verdict adds to the points of its object.
pub fn points(outcome: Outcome, check_points: i32) -> i64 {
    match outcome {
        Outcome::Pass => i64::from(check_points.max(0)),
        Outcome::Fail => i64::from(check_points.min(0)),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::tests::{any_verdict, finding, verdict};
    use proptest::prelude::*;

    fn score_of<'a>(verdicts: impl IntoIterator<Item = &'a (Severity, i32, Verdict)>) -> Score {
        let mut score = Score::default();
        for (severity, points, verdict) in verdicts {
            tally(&mut score, *severity, *points, verdict);
        }
        score
    }

    #[test]
    fn a_failure_counts_as_its_worst_unwaived_finding() {
        let waived = crate::model::verdict::Finding { waiver: Some(0), ..finding("/a", Severity::Critical) };
        let v = verdict(vec![waived.clone(), finding("/b", Severity::Low), finding("/c", Severity::Medium)]);
        let score = score_of(&[(Severity::Critical, -9, v)]);
        assert_eq!(score.by_severity.map(|t| t.failed), [0, 0, 1, 0, 0]);
        assert_eq!(score.points, -9);
        let score = score_of(&[(Severity::High, -9, verdict(vec![waived]))]);
        assert_eq!(score.by_severity.map(|t| t.waived), [0, 1, 0, 0, 0], "a waived one counts as its check");
        assert_eq!((score.points, score.percent()), (0, None));
    }

    #[test]
    fn points_follow_the_outcome() {
        use Outcome::{Error, Fail, NotAssessed, Pass, Waived};
        let table = [
            (Pass, 3, 3),
            (Pass, -3, 0),
            (Fail, 3, 0),
            (Fail, -3, -3),
            (Waived, -3, 0),
            (NotAssessed, 3, 0),
            (Error, -3, 0),
        ];
        for (outcome, of_check, expected) in table {
            assert_eq!(points(outcome, of_check), expected, "{outcome:?} {of_check}");
        }
    }

    #[test]
    fn outside_is_counted_apart() {
        let outside = Verdict { reason: Some(Reason::Outside("Node".into())), ..verdict(vec![]) };
        let denied = Verdict { reason: Some(Reason::Denied("Node".into())), ..verdict(vec![]) };
        let score = score_of(&[
            (Severity::High, 1, outside),
            (Severity::High, 1, denied),
            (Severity::High, 1, verdict(vec![])),
        ]);
        let t = score.by_severity[Severity::High as usize];
        assert_eq!((t.outside, t.not_assessed, t.passed), (1, 1, 1));
        assert_eq!(score.coverage(), Some(50.0));
        assert_eq!(score.percent(), Some(100.0));
        assert_eq!(score.grade(), None, "below 90 percent coverage there is no grade");
    }

    fn any_list() -> impl Strategy<Value = Vec<(Severity, i32, Verdict)>> {
        let severity = prop::sample::select(Severity::ALL.to_vec());
        prop::collection::vec((severity, -30i32..30, any_verdict()), 0..30)
    }

    proptest! {
        /// Percent, coverage and points by another road: verdict by verdict, from the words of the design.
        #[test]
        fn recomputed_by_hand(list in any_list()) {
            let weights = std::collections::BTreeMap::from([("critical", 10.0), ("high", 6.0), ("medium", 3.0), ("low", 1.0), ("info", 0.0)]);
            let (mut passed, mut failed, mut assessed, mut missing, mut points) = (0.0, 0.0, 0u32, 0u32, 0i64);
            for (severity, p, v) in &list {
                let unwaived: Vec<_> = v.findings.iter().filter(|f| f.waiver.is_none()).collect();
                if let Some(worst) = unwaived.iter().map(|f| weights[f.severity.word()]).reduce(f64::max) {
                    failed += worst;
                    assessed += 1;
                    points += if *p < 0 { i64::from(*p) } else { 0 };
                } else if !v.errors.is_empty() {
                    missing += 1;
                } else if let Some(reason) = &v.reason {
                    missing += u32::from(reason.word() != "outside");
                } else {
                    assessed += 1;
                    if v.findings.is_empty() {
                        passed += weights[severity.word()];
                        points += if *p > 0 { i64::from(*p) } else { 0 };
                    }
                }
            }
            let score = score_of(&list);
            let percent = (passed + failed > 0.0).then(|| 100.0 * passed / (passed + failed));
            prop_assert_eq!(score.percent(), percent);
            let coverage = (assessed + missing > 0).then(|| 100.0 * f64::from(assessed) / f64::from(assessed + missing));
            prop_assert_eq!(score.coverage(), coverage);
            prop_assert_eq!(score.points, points);
            if coverage.is_none_or(|c| c < 90.0) || percent.is_none() {
                prop_assert_eq!(score.grade(), None);
            }
        }

        /// Order does not matter, and every verdict is counted once.
        #[test]
        fn every_verdict_once(list in any_list()) {
            let score = score_of(&list);
            prop_assert_eq!(&score, &score_of(list.iter().rev()));
            let total = score.total(|t| t.passed + t.failed + t.waived + t.not_assessed + t.errors + t.outside);
            prop_assert_eq!(total, list.len() as u64);
        }

        /// Taking evidence away never makes a pass, nor points.
        #[test]
        fn removing_evidence_never_helps(list in any_list(), at in any::<prop::sample::Index>(), outside: bool) {
            prop_assume!(!list.is_empty());
            let before = score_of(&list);
            let mut fewer = list.clone();
            let v = &mut fewer[at.index(list.len())].2;
            let gone = "Secret".into();
            v.reason = Some(if outside { Reason::Outside(gone) } else { Reason::Denied(gone) });
            let after = score_of(&fewer);
            for (a, b) in after.by_severity.iter().zip(&before.by_severity) {
                prop_assert!(a.passed <= b.passed && a.failed == b.failed);
            }
            prop_assert!(after.points <= before.points);
        }
    }
}

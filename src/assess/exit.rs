//! How the process ends: 0 nothing bad enough, 1 something, 2 nobody knows because the audit is incomplete.
//!
//! A failure outranks a gap: what was found is found. `--allow-incomplete` accepts gaps (what could not be read); a check that
//! broke is a defect of ours or of a policy and stays 2.

use crate::model::check::Severity;
use crate::model::report::Report;

/// Code of the process; also what a usage error ends with ([`Exit::Incomplete`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// nothing at or above `--fail-on`
    Clean = 0,
    /// something at or above `--fail-on`
    Failed = 1,
    /// nothing failed, but something could not be read or a check broke
    Incomplete = 2,
}

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        self as u8
    }
}

/// What decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// the least severity that fails; `None`: nothing does
    pub fail_on: Option<Severity>,
    /// accept gaps
    pub allow_incomplete: bool,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules { fail_on: Some(Severity::High), allow_incomplete: false }
    }
}

/// What a run came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ending {
    /// failed verdicts by severity of the worst finding that counts, worst first
    pub failed: [u64; 5],
    /// what could not be read
    pub gaps: u64,
    /// verdicts whose check broke, whatever else they found
    pub errors: u64,
}

impl Ending {
    /// Of a report. Waived findings do not count, nor do known ones when there is a baseline.
    pub fn of(report: &Report) -> Ending {
        let mut ending = Ending { gaps: report.gaps.len() as u64, ..Ending::default() };
        for verdict in &report.verdicts {
            let counts = |known: bool| report.baseline.is_none() || !known;
            let findings = verdict.findings.iter().filter(|f| f.waiver.is_none() && counts(f.known));
            if let Some(worst) = findings.map(|f| f.severity).min() {
                ending.failed[worst as usize] += 1;
            }
            ending.errors += u64::from(!verdict.errors.is_empty());
        }
        ending
    }

    /// The exit of the process.
    pub fn exit(&self, rules: Rules) -> Exit {
        let fails = |severity: &Severity| rules.fail_on.is_some_and(|least| *severity <= least);
        if Severity::ALL.iter().any(|s| fails(s) && self.failed[*s as usize] > 0) {
            Exit::Failed
        } else if self.errors > 0 || (self.gaps > 0 && !rules.allow_incomplete) {
            Exit::Incomplete
        } else {
            Exit::Clean
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::tests::{finding, verdict};
    use crate::model::report::BaselineInfo;
    use crate::model::verdict::Finding;

    /// Every combination of worst failure, gap, error, threshold and acceptance, against the sentences of the manual.
    #[test]
    fn all_combinations() {
        let thresholds: Vec<Option<Severity>> = Severity::ALL.into_iter().map(Some).chain([None]).collect();
        let mut seen = [0; 3];
        for worst in &thresholds {
            for gaps in [0, 1] {
                for errors in [0, 1] {
                    for fail_on in &thresholds {
                        for allow_incomplete in [false, true] {
                            let mut ending = Ending { gaps, errors, ..Ending::default() };
                            if let Some(w) = worst {
                                ending.failed[*w as usize] = 2;
                            }
                            let bad_enough = match (worst, fail_on) {
                                (Some(w), Some(f)) => w.weight() >= f.weight(),
                                _ => false,
                            };
                            let incomplete = errors == 1 || gaps == 1 && !allow_incomplete;
                            let expected = if bad_enough {
                                1
                            } else if incomplete {
                                2
                            } else {
                                0
                            };
                            let exit = ending.exit(Rules { fail_on: *fail_on, allow_incomplete });
                            assert_eq!(
                                exit.code(),
                                expected,
                                "{worst:?} {gaps} {errors} {fail_on:?} {allow_incomplete}"
                            );
                            seen[expected as usize] += 1;
                        }
                    }
                }
            }
        }
        assert_eq!(seen.iter().sum::<i32>(), 6 * 2 * 2 * 6 * 2);
        assert!(seen.iter().all(|n| *n > 0));
    }

    #[test]
    fn waived_and_known_findings_do_not_count() {
        let waived = Finding { waiver: Some(0), ..finding("/a", Severity::Critical) };
        let known = Finding { known: true, ..finding("/b", Severity::High) };
        let fresh = finding("/c", Severity::Low);
        let mut report = Report { verdicts: vec![verdict(vec![waived, known, fresh])], ..Report::default() };
        assert_eq!(Ending::of(&report).failed, [0, 1, 0, 0, 0], "without a baseline known means nothing");
        report.baseline = Some(BaselineInfo { path: "b".into(), new: 1, fixed: 0 });
        assert_eq!(Ending::of(&report).failed, [0, 0, 0, 1, 0]);
        assert_eq!(Ending::of(&report).exit(Rules::default()), Exit::Clean);
    }

    #[test]
    fn a_failure_with_an_error_is_incomplete_below_the_threshold() {
        let mut v = verdict(vec![finding("/a", Severity::Low)]);
        v.errors.push("broke".into());
        let report = Report { verdicts: vec![v], ..Report::default() };
        assert_eq!(Ending::of(&report).exit(Rules::default()), Exit::Incomplete);
        assert_eq!(Ending::of(&report).exit(Rules { fail_on: Some(Severity::Low), ..Rules::default() }), Exit::Failed);
    }
}

//! A [`Baseline`] is the findings of an earlier report: what is in it is known, the rest is new.
//!
//! Findings are told apart by fingerprint, which leaves out line, message and index; so several findings can have one. As many of
//! them are known as the earlier report had: a second one is new.

use crate::model::object::{ObjectId, Origin};
use crate::model::report::{BaselineInfo, Report};
use std::collections::HashMap;
use std::sync::Arc;

/// Fingerprint of a finding: check, object, where it is from, and the finding's stable pointer.
pub type Fingerprint<'f> = dyn Fn(&str, &ObjectId, &Origin, &str) -> String + 'f;

/// Fingerprints of an earlier report, with how often each was in it.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    path: Arc<str>,
    findings: HashMap<Box<str>, u64>,
}

impl Baseline {
    /// Of the fingerprints of all findings in the report at `path`, repeated ones repeated. Findings that were waived belong to it.
    pub fn new<S: AsRef<str>>(path: &str, fingerprints: impl IntoIterator<Item = S>) -> Baseline {
        let mut findings = HashMap::new();
        for fingerprint in fingerprints {
            *findings.entry(fingerprint.as_ref().into()).or_default() += 1;
        }
        Baseline { path: path.into(), findings }
    }

    /// Marks the findings of a report that are known and tells in it how many unwaived ones are new and how many of the
    /// baseline's are gone. Gone is what was not found, be it mended, out of this run, or not assessed now: the report's gaps tell.
    pub fn mark(&self, report: &mut Report, fingerprint: &Fingerprint<'_>) {
        let mut left = self.findings.clone();
        let mut new = 0;
        for verdict in &mut report.verdicts {
            let (Some(check), Some(object)) =
                (report.checks.get(verdict.check as usize), report.objects.get(verdict.object as usize))
            else {
                continue;
            };
            for finding in &mut verdict.findings {
                let print = fingerprint(&check.id, &object.id, &object.origin, &finding.stable);
                finding.known = match left.get_mut(print.as_str()) {
                    Some(count) if *count > 0 => {
                        *count -= 1;
                        true
                    }
                    _ => false,
                };
                new += u64::from(!finding.known && finding.waiver.is_none());
            }
        }
        report.baseline = Some(BaselineInfo { path: self.path.clone(), new, fixed: left.values().sum() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::exit::Ending;
    use crate::assess::tests::{check_info, finding, object_row, verdict};
    use crate::model::check::Severity;
    use crate::model::verdict::{Finding, Verdict};
    use proptest::prelude::*;

    fn print(check: &str, object: &ObjectId, _: &Origin, stable: &str) -> String {
        format!("{check}|{}|{stable}", object.name)
    }

    fn report(findings: &[(u32, &str)]) -> Report {
        let verdicts = findings
            .iter()
            .map(|(object, pointer)| Verdict { object: *object, ..verdict(vec![finding(pointer, Severity::High)]) })
            .collect();
        let (checks, objects) = (vec![check_info("host-pid")], vec![object_row("a"), object_row("b")]);
        Report { verdicts, checks, objects, ..Report::default() }
    }

    fn prints(report: &Report) -> Vec<String> {
        let of = |v: &Verdict, f: &Finding| {
            print("host-pid", &report.objects[v.object as usize].id, &Origin::Run, &f.stable)
        };
        report.verdicts.iter().flat_map(|v| v.findings.iter().map(|f| of(v, f)).collect::<Vec<_>>()).collect()
    }

    #[test]
    fn known_new_and_fixed() {
        let old = report(&[(0, "/x"), (0, "/y"), (1, "/x")]);
        let mut now = report(&[(0, "/x"), (1, "/z"), (1, "/w"), (0, "/x")]);
        now.verdicts[2].findings[0].waiver = Some(0);
        Baseline::new("old.json", prints(&old)).mark(&mut now, &print);
        let known: Vec<bool> = now.verdicts.iter().map(|v| v.findings[0].known).collect();
        assert_eq!(known, [true, false, false, false], "the second of two equal ones is new");
        let info = now.baseline.clone().expect("set");
        assert_eq!((info.path.as_ref(), info.new, info.fixed), ("old.json", 2, 2));
        assert_eq!(Ending::of(&now).failed[Severity::High as usize], 2);
        // Marking again changes nothing.
        let marked = now.clone();
        Baseline::new("old.json", prints(&old)).mark(&mut now, &print);
        assert_eq!(now, marked);
    }

    proptest! {
        /// A report against itself has nothing new and nothing fixed; against another the numbers add up.
        #[test]
        fn numbers_add_up(old in prop::collection::vec((0u32..2, 0usize..3), 0..12), now in prop::collection::vec((0u32..2, 0usize..3), 0..12)) {
            let of = |list: &[(u32, usize)]| report(&list.iter().map(|(o, p)| (*o, ["/x", "/y", "/z"][*p])).collect::<Vec<_>>());
            let (old, mut now) = (of(&old), of(&now));
            let baseline = Baseline::new("old", prints(&old));
            let mut itself = old.clone();
            baseline.mark(&mut itself, &print);
            let info = itself.baseline.expect("set");
            prop_assert_eq!((info.new, info.fixed), (0, 0));
            baseline.mark(&mut now, &print);
            let info = now.baseline.clone().expect("set");
            let known = now.verdicts.iter().filter(|v| v.findings[0].known).count() as u64;
            prop_assert_eq!(info.new + known, now.verdicts.len() as u64);
            prop_assert_eq!(info.fixed + known, old.verdicts.len() as u64);
        }
    }
}

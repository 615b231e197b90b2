//! Settings of single checks (`checks:` in `audit.yaml`) on verdicts: for which objects a check runs, and how bad it is there.
//!
//! A severity can only be lowered. Of several entries that match, the last counts.

use crate::config::CheckSetting;
use crate::config::matcher::Subject;
use crate::model::check::Severity;
use crate::model::verdict::Verdict;
use std::collections::BTreeMap;

/// The entries by check.
#[derive(Clone, Debug, Default)]
pub struct CheckSettings {
    of: BTreeMap<Box<str>, Vec<CheckSetting>>,
}

impl CheckSettings {
    /// Of the entries in the order of the file.
    pub fn new(settings: &[CheckSetting]) -> CheckSettings {
        let mut of: BTreeMap<Box<str>, Vec<CheckSetting>> = BTreeMap::new();
        for setting in settings {
            of.entry(setting.id.value.as_str().into()).or_default().push(setting.clone());
        }
        CheckSettings { of }
    }

    /// Whether there is no entry at all.
    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    /// Whether there is an entry for the check at all.
    pub fn has(&self, check: &str) -> bool {
        self.of.contains_key(check)
    }

    /// Checks that have to be evaluated because an entry turns them on for some object.
    pub fn enabled_somewhere(&self) -> impl Iterator<Item = &str> {
        self.of.iter().filter(|(_, list)| list.iter().any(|s| s.enabled == Some(true))).map(|(id, _)| &**id)
    }

    /// Checks that no object needs: turned off for all and on for none.
    pub fn disabled_everywhere(&self) -> impl Iterator<Item = &str> {
        let off = |list: &Vec<CheckSetting>| {
            list.iter().any(|s| s.enabled == Some(false) && s.matcher.is_empty())
                && list.iter().all(|s| s.enabled != Some(true))
        };
        self.of.iter().filter(move |(_, list)| off(list)).map(|(id, _)| &**id)
    }

    /// Whether the check runs on the object; `otherwise` says what holds without an entry.
    pub fn runs(&self, check: &str, otherwise: bool, subject: &Subject<'_>) -> bool {
        let entries = self.of.get(check).into_iter().flatten();
        entries.filter(|s| s.matcher.object(subject)).filter_map(|s| s.enabled).next_back().unwrap_or(otherwise)
    }

    /// The severity that a pass, or a verdict without findings, of the check counts as on the object.
    pub fn severity(&self, check: &str, of_check: Severity, subject: &Subject<'_>) -> Severity {
        let entries = self.of.get(check).into_iter().flatten();
        let whole = entries.filter(|s| !s.matcher.is_partial() && s.matcher.object(subject));
        whole.filter_map(|s| s.severity.as_ref()).next_back().map_or(of_check, |s| s.value.max(of_check))
    }

    /// Lowers the findings of a verdict of the check.
    pub fn lower(&self, check: &str, subject: &Subject<'_>, verdict: &mut Verdict) {
        let Some(entries) = self.of.get(check) else { return };
        let entries: Vec<_> = entries.iter().filter(|s| s.severity.is_some() && s.matcher.object(subject)).collect();
        for finding in &mut verdict.findings {
            let of_finding = entries.iter().filter(|s| s.matcher.finding(subject, finding));
            if let Some(severity) = of_finding.filter_map(|s| s.severity.as_ref()).next_back() {
                // The order of severities is worst first, so the greater one is the lower one.
                finding.severity = finding.severity.max(severity.value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::tests::{any_verdict, finding, verdict};
    use crate::config::matcher::Container;
    use crate::config::{FlagValues, parse, resolve};
    use crate::model::object::{ObjectId, Origin};
    use proptest::prelude::*;

    fn settings(text: &str) -> CheckSettings {
        CheckSettings::new(&resolve(Some(parse(text, "audit.yaml")), FlagValues::default()).expect(text).checks)
    }

    fn id(namespace: &str) -> ObjectId {
        ObjectId { api_version: "v1".into(), kind: "Pod".into(), namespace: namespace.into(), name: "p".into() }
    }

    const APP: Container<'_> = Container { pointer: "/spec/containers/0", name: "app", image: "x" };

    fn subject(id: &ObjectId) -> Subject<'_> {
        Subject { id, origin: &Origin::Run, labels: &[], containers: &[APP] }
    }

    #[test]
    fn the_last_entry_that_matches_counts() {
        let s = settings(
            "checks:\n- {id: a, enabled: false, severity: low}\n- {id: a, enabled: true, severity: medium, match: {namespaces: [web]}}\n\
             - {id: a, severity: info, match: {containers: [app]}}\n- {id: off, enabled: false}\n- {id: part, enabled: false, match: {names: [x]}}\n",
        );
        let (web, other) = (id("web"), id("other"));
        assert!(s.runs("a", false, &subject(&web)) && !s.runs("a", true, &subject(&other)));
        assert!(s.runs("b", true, &subject(&web)) && !s.runs("b", false, &subject(&web)));
        assert_eq!(s.enabled_somewhere().collect::<Vec<_>>(), ["a"]);
        assert_eq!(s.disabled_everywhere().collect::<Vec<_>>(), ["off"]);
        assert_eq!(s.severity("a", Severity::High, &subject(&web)), Severity::Medium);
        assert_eq!(s.severity("a", Severity::High, &subject(&other)), Severity::Low);
        assert_eq!(s.severity("a", Severity::Info, &subject(&other)), Severity::Info, "never raised");
        assert!(s.has("a") && !s.has("b"));
        let mut v = verdict(vec![
            finding("/spec/containers/0/image", Severity::High),
            finding("/spec/hostPID", Severity::Critical),
        ]);
        s.lower("a", &subject(&web), &mut v);
        assert_eq!(v.findings.iter().map(|f| f.severity).collect::<Vec<_>>(), [Severity::Info, Severity::Medium]);
    }

    proptest! {
        #[test]
        fn severities_only_fall(mut v in any_verdict(), to in prop::sample::select(Severity::ALL.to_vec())) {
            let before = v.clone();
            let s = settings(&format!("checks: [{{id: a, severity: {to}}}]"));
            s.lower("a", &subject(&id("web")), &mut v);
            for (a, b) in v.findings.iter().zip(&before.findings) {
                prop_assert!(a.severity >= b.severity);
            }
            prop_assert_eq!(v.outcome(), before.outcome());
            s.lower("b", &subject(&id("web")), &mut v.clone());
        }
    }
}

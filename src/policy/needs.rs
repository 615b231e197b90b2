//! What checks need to be read: kinds, and the resources that somebody must be allowed to list for it.

use super::inventory::RBAC_KINDS;
use super::kinds;
use crate::model::check::{Check, Scope};
use std::collections::{BTreeMap, BTreeSet};

/// What stands among the kinds that a check asks for when it calls `rbac` functions.
const PERMISSIONS: &str = "rbac";
/// Groups that served kinds before those got a group of their own: the same objects under an old name.
const FORMER: &str = "extensions";

/// Kinds that checks look at, ask for or need completely, as patterns: `Kind`, `group/Kind`, `*/Kind` and `Workload`.
pub fn kinds<'c>(checks: impl IntoIterator<Item = &'c Check>) -> BTreeSet<String> {
    let mut out = BTreeSet::from(["Namespace".to_owned()]);
    for check in checks {
        let Check { scope, requires, analysis, .. } = check;
        for kind in check.kinds.iter().chain(&requires.pass).chain(&requires.fail).chain(analysis.asks.keys()) {
            match kind.as_str() {
                "*" | "Cluster" => {}
                PERMISSIONS => out.extend(RBAC_KINDS.map(str::to_owned)),
                kind => drop(out.insert(kind.to_owned())),
            }
        }
        if matches!(scope, Scope::Container | Scope::Pod) && check.kinds.is_empty() {
            out.insert("Workload".to_owned());
        }
    }
    out
}

/// Resources to list for these kinds: plurals by API group. Secrets are among them only with `secrets`.
///
/// `*/Kind` counts as the built-in kind: which other groups have one, a server alone knows.
pub fn resources<'k>(
    patterns: impl IntoIterator<Item = &'k String>,
    secrets: bool,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut add = |group: &str, kind: &str| {
        if group != FORMER && (secrets || !group.is_empty() || kind != "Secret") {
            out.entry(group.to_owned()).or_default().insert(kinds::plural(kind));
        }
    };
    for pattern in patterns {
        let (group, kind) = pattern.rsplit_once('/').unwrap_or(("*", pattern));
        match group {
            // Objects of our own, such as images, are on no server.
            "audit" => {}
            "*" if kind == "Workload" => kinds::WORKLOADS.iter().for_each(|(group, kind)| add(group, kind)),
            "*" => kinds::groups(kind).into_iter().for_each(|groups| add(groups[0], kind)),
            group => add(group, kind),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::builtin;

    fn of(kinds: &[&str], secrets: bool) -> Vec<(String, Vec<String>)> {
        let kinds: Vec<String> = kinds.iter().map(|k| (*k).to_owned()).collect();
        resources(&kinds, secrets).into_iter().map(|(group, names)| (group, names.into_iter().collect())).collect()
    }

    #[test]
    fn patterns_become_resources() {
        let one = |group: &str, name: &str| vec![(group.to_owned(), vec![name.to_owned()])];
        assert_eq!(of(&["Deployment"], false), one("apps", "deployments"));
        assert_eq!(of(&["*/Deployment", "extensions/Deployment"], false), one("apps", "deployments"));
        assert_eq!(of(&["argoproj.io/AppProject"], false), one("argoproj.io", "appprojects"));
        assert_eq!(of(&["Secret", "audit/Image", "Rollout"], false), []);
        assert_eq!(of(&["Secret"], true), one("", "secrets"));
        assert_eq!(of(&["Workload"], false).iter().map(|(_, names)| names.len()).sum::<usize>(), 9);
    }

    #[test]
    fn permissions_need_all_of_roles_and_bindings() {
        let catalog = builtin::catalog();
        let asks = |c: &&Check| c.analysis.asks.contains_key(PERMISSIONS);
        let check = catalog.checks.iter().find(asks).expect("some check asks who may do what");
        let found = kinds([check]);
        assert!(RBAC_KINDS.iter().all(|kind| found.contains(*kind)), "{}: {found:?}", check.id);
        assert!(!found.contains(PERMISSIONS));
    }
}

//! Which Pod Security Standard each namespace could enforce today: the strictest level that everything in it meets.

use crate::model::benchmark::Enforceable;
use std::collections::BTreeMap;

/// Gathers pods and pod templates by namespace. Parts gathered by several threads are merged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PodSecurity {
    namespaces: BTreeMap<Box<str>, Seen>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    pods: u64,
    breaks_baseline: bool,
    breaks_restricted: bool,
}

impl PodSecurity {
    /// Adds one pod or template. `ok` means that every check of the level passed: one that failed, broke or was not assessed,
    /// waived or not, is not ok, because admission knows no waivers. Whoever breaks baseline breaks restricted.
    pub fn add(&mut self, namespace: &str, baseline_ok: bool, restricted_ok: bool) {
        for key in [namespace, "*"] {
            let seen = self.namespaces.entry(key.into()).or_default();
            seen.pods += 1;
            seen.breaks_baseline |= !baseline_ok;
            seen.breaks_restricted |= !(baseline_ok && restricted_ok);
        }
    }

    /// Adds what another thread gathered.
    pub fn merge(&mut self, other: &PodSecurity) {
        for (namespace, theirs) in &other.namespaces {
            let seen = self.namespaces.entry(namespace.clone()).or_default();
            seen.pods += theirs.pods;
            seen.breaks_baseline |= theirs.breaks_baseline;
            seen.breaks_restricted |= theirs.breaks_restricted;
        }
    }

    /// One row for each namespace and one, `*`, for all together; nothing when nothing was added.
    pub fn finish(self) -> Vec<Enforceable> {
        let level = |seen: &Seen| match (seen.breaks_baseline, seen.breaks_restricted) {
            (true, _) => "privileged",
            (false, true) => "baseline",
            (false, false) => "restricted",
        };
        self.namespaces
            .iter()
            .map(|(namespace, seen)| Enforceable {
                namespace: namespace.to_string(),
                level: level(seen).to_owned(),
                pods: seen.pods,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(pods: &[(&str, bool, bool)]) -> Vec<(String, String, u64)> {
        let mut gathered = PodSecurity::default();
        pods.iter().for_each(|(n, b, r)| gathered.add(n, *b, *r));
        gathered.finish().into_iter().map(|e| (e.namespace, e.level, e.pods)).collect()
    }

    #[test]
    fn the_worst_pod_decides() {
        let row = |n: &str, l: &str, p| (n.to_owned(), l.to_owned(), p);
        assert_eq!(rows(&[]), []);
        assert_eq!(
            rows(&[("web", true, true), ("db", true, false), ("web", true, true), ("sys", false, true)]),
            [
                row("*", "privileged", 4),
                row("db", "baseline", 1),
                row("sys", "privileged", 1),
                row("web", "restricted", 2)
            ]
        );
    }

    proptest! {
        /// Order and division among threads do not matter, and one more pod never makes a namespace stricter.
        #[test]
        fn monotone_and_mergeable(pods in prop::collection::vec((0usize..3, any::<bool>(), any::<bool>()), 0..20), cut in 0usize..20) {
            let name = |i: usize| ["a", "b", ""][i];
            let gather = |pods: &[(usize, bool, bool)]| {
                let mut g = PodSecurity::default();
                pods.iter().for_each(|(n, b, r)| g.add(name(*n), *b, *r));
                g
            };
            let whole = gather(&pods);
            let (left, right) = pods.split_at(cut.min(pods.len()));
            let mut merged = gather(right);
            merged.merge(&gather(left));
            prop_assert_eq!(&merged, &whole);
            let rank = |level: &str| ["privileged", "baseline", "restricted"].iter().position(|l| *l == level);
            let after = whole.finish();
            for row in gather(left).finish() {
                let now = after.iter().find(|r| r.namespace == row.namespace).expect("still there");
                prop_assert!(rank(&now.level) <= rank(&row.level) && now.pods >= row.pods);
            }
        }
    }
}

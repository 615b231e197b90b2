//! From patterns (`Kind`, `group/Kind`, `*/Kind`, `Workload`) to what to list: one version of one resource for each kind, or why not.
//!
//! Absence is a claim about the server and is made only where the server's own account of a group is current.

use super::discovery::{Discovery, Freshness, GroupVersion, Resource};
use crate::model::inventory::Completeness;
use std::collections::BTreeMap;

/// Groups that Kubernetes itself serves: where a bare kind is looked for, in this order.
const BUILT_IN: [&str; 24] = [
    "",
    "apps",
    "batch",
    "networking.k8s.io",
    "rbac.authorization.k8s.io",
    "policy",
    "autoscaling",
    "storage.k8s.io",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "flowcontrol.apiserver.k8s.io",
    "internal.apiserver.k8s.io",
    "node.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storagemigration.k8s.io",
    "extensions",
];

/// Kinds with a pod template, owners before what they own; Pods last, so that most of them find their owner known.
const WORKLOADS: [(&str, &str); 9] = [
    ("apps", "Deployment"),
    ("apps", "StatefulSet"),
    ("apps", "DaemonSet"),
    ("batch", "CronJob"),
    ("apps", "ReplicaSet"),
    ("batch", "Job"),
    ("", "ReplicationController"),
    ("", "PodTemplate"),
    ("", "Pod"),
];

/// A kind that somebody needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub group: String,
    pub kind: String,
    /// as which patterns it was asked for
    pub patterns: Vec<String>,
    pub how: How,
}

/// What to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// list it
    List { version: String, plural: String, namespaced: bool },
    /// it cannot be listed: status and reason
    Not(Completeness, String),
}

/// Whether Kubernetes itself serves the group.
pub(super) fn is_built_in(group: &str) -> bool {
    BUILT_IN.contains(&group)
}

/// Resolves patterns, in the order in which kinds are best listed.
pub(super) fn resolve(discovery: &Discovery, patterns: &[String], secrets: bool) -> Vec<Wanted> {
    let mut found: BTreeMap<(String, String), Wanted> = BTreeMap::new();
    let mut add = |group: &str, kind: &str, pattern: &str, how: How| {
        let wanted = found.entry((group.to_owned(), kind.to_owned())).or_insert_with(|| Wanted {
            group: group.to_owned(),
            kind: kind.to_owned(),
            patterns: Vec::new(),
            how,
        });
        if !wanted.patterns.iter().any(|p| p == pattern) {
            wanted.patterns.push(pattern.to_owned());
        }
    };
    for pattern in patterns {
        match pattern.rsplit_once('/') {
            None if pattern == "*" || pattern == "Cluster" => {}
            None if pattern == "Workload" => {
                for (group, kind) in WORKLOADS {
                    add(group, kind, pattern, exact(discovery, group, kind));
                }
            }
            None => {
                let (group, how) = bare(discovery, pattern);
                add(&group, pattern, pattern, how);
            }
            Some(("audit", _)) => {}
            Some(("*", kind)) => {
                let (group, how) = bare(discovery, kind);
                let groups = foreign_groups(discovery, kind);
                if matches!(how, How::List { .. }) || groups.is_empty() {
                    add(&group, kind, pattern, how);
                }
                for group in groups {
                    add(&group, kind, pattern, exact(discovery, &group, kind));
                }
            }
            Some((group, kind)) => match exact(discovery, group, kind) {
                // Where a kind came from before it moved to its group; only old servers still have it there.
                How::Not(Completeness::Absent, _)
                    if is_built_in(group) && !candidates(discovery, "extensions", kind).is_empty() =>
                {
                    add("extensions", kind, pattern, exact(discovery, "extensions", kind));
                }
                how => add(group, kind, pattern, how),
            },
        }
    }
    let mut out: Vec<Wanted> = found.into_values().collect();
    for wanted in &mut out {
        if wanted.group.is_empty() && wanted.kind == "Secret" && !secrets && matches!(wanted.how, How::List { .. }) {
            let why = "Secrets are read only when asked for, and then names and types, never values";
            wanted.how = How::Not(Completeness::Skipped, why.to_owned());
        }
    }
    out.sort_by_key(|w| rank(&w.group, &w.kind));
    out
}

fn rank(group: &str, kind: &str) -> usize {
    match WORKLOADS.iter().position(|&(g, k)| g == group && k == kind) {
        Some(i) => i,
        // Owners of a custom kind come before what they may own, too.
        None if !is_built_in(group) => 0,
        None if kind == "Namespace" => 0,
        None => WORKLOADS.len(),
    }
}

fn versions<'d>(discovery: &'d Discovery, group: &'d str) -> impl Iterator<Item = &'d GroupVersion> {
    discovery.versions.iter().filter(move |v| v.group == group)
}

fn candidates<'d>(discovery: &'d Discovery, group: &'d str, kind: &'d str) -> Vec<(&'d GroupVersion, &'d Resource)> {
    let mut out: Vec<_> = versions(discovery, group)
        .flat_map(|v| v.resources.iter().filter(|r| r.kind == kind).map(move |r| (v, r)))
        .collect();
    // One that can be listed, then the most stable, then the newest.
    out.sort_by_key(|(v, r)| std::cmp::Reverse((r.listable, stability(&v.version))));
    out
}

fn foreign_groups(discovery: &Discovery, kind: &str) -> Vec<String> {
    let mut groups: Vec<String> = discovery
        .versions
        .iter()
        .filter(|v| !is_built_in(&v.group) && v.resources.iter().any(|r| r.kind == kind && r.listable))
        .map(|v| v.group.clone())
        .collect();
    groups.sort();
    groups.dedup();
    groups
}

/// (2 = stable, 1 = beta, 0 = alpha or unknown; major; minor)
fn stability(version: &str) -> (u8, u32, u32) {
    let Some(rest) = version.strip_prefix('v') else { return (0, 0, 0) };
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let major = rest[..digits].parse().unwrap_or(0);
    let minor = |s: &str| s.parse().unwrap_or(0);
    match &rest[digits..] {
        "" => (2, major, 0),
        s if s.starts_with("beta") => (1, major, minor(&s[4..])),
        s => (0, major, minor(s.trim_start_matches("alpha"))),
    }
}

fn exact(discovery: &Discovery, group: &str, kind: &str) -> How {
    if let Some((version, resource)) = candidates(discovery, group, kind).first() {
        if !resource.listable {
            return How::Not(Completeness::Skipped, "the server does not list this kind".to_owned());
        }
        return How::List {
            version: version.version.clone(),
            plural: resource.plural.clone(),
            namespaced: resource.namespaced,
        };
    }
    let shown = if group.is_empty() { "the core group" } else { group };
    match doubt(discovery, |g| g == group) {
        Some(why) => How::Not(Completeness::Failed, why),
        None => How::Not(Completeness::Absent, format!("the server has no {kind} in {shown}")),
    }
}

fn bare(discovery: &Discovery, kind: &str) -> (String, How) {
    let serves = |group: &&&str| !candidates(discovery, group, kind).is_empty();
    if let Some(group) = BUILT_IN.iter().find(serves) {
        return ((*group).to_owned(), exact(discovery, group, kind));
    }
    let how = match doubt(discovery, is_built_in) {
        Some(why) => How::Not(Completeness::Failed, why),
        None => How::Not(Completeness::Absent, format!("the server has no {kind}")),
    };
    (String::new(), how)
}

/// Why a kind that was not found in these groups may exist all the same.
fn doubt(discovery: &Discovery, in_groups: impl Fn(&str) -> bool) -> Option<String> {
    if let Some(why) = &discovery.incomplete {
        return Some(why.clone());
    }
    discovery.versions.iter().filter(|v| in_groups(&v.group)).find_map(|v| match &v.freshness {
        Freshness::Current => None,
        Freshness::Stale => Some(format!(
            "what {}/{} serves is not known: the server that answers for it does not (see kubectl get apiservices)",
            v.group, v.version
        )),
        Freshness::Failed(why) => Some(format!("what {}/{} serves cannot be read: {why}", v.group, v.version)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn served(group: &str, version: &str, freshness: Freshness, kinds: &[&str]) -> GroupVersion {
        let resources = kinds
            .iter()
            .map(|k| Resource {
                kind: (*k).to_owned(),
                plural: k.to_lowercase() + "s",
                namespaced: true,
                listable: *k != "Binding",
            })
            .collect();
        GroupVersion { group: group.to_owned(), version: version.to_owned(), freshness, resources }
    }

    fn world() -> Discovery {
        use Freshness::{Current, Stale};
        Discovery {
            versions: vec![
                served("", "v1", Current, &["Pod", "Service", "Secret", "Binding", "Event"]),
                served("apps", "v1", Current, &["Deployment", "ReplicaSet"]),
                served("autoscaling", "v1", Current, &["HorizontalPodAutoscaler"]),
                served("autoscaling", "v2", Current, &["HorizontalPodAutoscaler"]),
                served("autoscaling", "v2beta2", Current, &["HorizontalPodAutoscaler"]),
                served("serving.knative.dev", "v1", Current, &["Service"]),
                served("x.example", "v1alpha1", Current, &["Thing"]),
                served("x.example", "v1beta1", Current, &["Thing"]),
                served("dead.example", "v1", Stale, &[]),
            ],
            ..Discovery::default()
        }
    }

    fn how(discovery: &Discovery, pattern: &str) -> Vec<(String, String)> {
        resolve(discovery, &[pattern.to_owned()], false)
            .into_iter()
            .map(|w| {
                let what = match w.how {
                    How::List { version, .. } => version,
                    How::Not(status, _) => format!("{status:?}"),
                };
                (if w.group.is_empty() { w.kind } else { format!("{}/{}", w.group, w.kind) }, what)
            })
            .collect()
    }

    #[test]
    fn patterns_find_their_version() {
        let w = world();
        let one = |p: &str| how(&w, p).remove(0);
        assert_eq!(one("HorizontalPodAutoscaler").1, "v2");
        assert_eq!(one("x.example/Thing").1, "v1beta1");
        assert_eq!(one("Deployment"), ("apps/Deployment".into(), "v1".into()));
        assert_eq!(how(&w, "*/Service").len(), 2);
        assert_eq!(how(&w, "Service"), [("Service".into(), "v1".into())]);
        assert_eq!(one("Secret").1, "Skipped");
        assert_eq!(one("Binding").1, "Skipped");
        assert!(how(&w, "*").is_empty() && how(&w, "audit/Image").is_empty() && how(&w, "Cluster").is_empty());
        let order: Vec<_> =
            resolve(&w, &["Workload".into(), "Service".into()], false).into_iter().map(|w| w.kind).collect();
        assert_eq!(order.first().map(String::as_str), Some("Deployment"));
        assert_eq!(order.iter().position(|k| k == "Pod"), Some(8));
    }

    #[test]
    fn absence_is_claimed_only_where_it_is_known() {
        let mut w = world();
        let one = |w: &Discovery, p: &str| how(w, p).remove(0).1;
        assert_eq!(one(&w, "Rollout"), "Absent");
        assert_eq!(one(&w, "gone.example/Thing"), "Absent");
        assert_eq!(one(&w, "dead.example/Thing"), "Failed");
        assert_eq!(one(&w, "NetworkPolicy"), "Absent", "a dead foreign group says nothing about built-in kinds");
        w.versions.push(served("networking.k8s.io", "v1", Freshness::Failed("503".into()), &[]));
        assert_eq!(one(&w, "NetworkPolicy"), "Failed");
        assert_eq!(one(&w, "networking.k8s.io/NetworkPolicy"), "Failed");
        assert_eq!(one(&w, "Deployment"), "v1");
        w.incomplete = Some("403".into());
        assert_eq!(one(&w, "gone.example/Thing"), "Failed");
    }
}

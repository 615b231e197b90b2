//! Resources as a person writes them: `pods`, `deployments.apps`, `pods/exec`, `deploy`, `/metrics`, `*`.

use crate::policy::kinds;
use crate::policy::metadata::suggestion;

/// What is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    /// API group, plural with its subresource, and whether objects of it stand in namespaces
    Resource { group: String, resource: String, namespaced: bool },
    /// a path that is no resource
    Path(String),
}

/// Resources that are no kinds of objects, with their groups.
const VIRTUAL: [(&str, &str); 9] = [
    ("users", ""),
    ("groups", ""),
    ("tokenreviews", "authentication.k8s.io"),
    ("localsubjectaccessreviews", "authorization.k8s.io"),
    ("selfsubjectaccessreviews", "authorization.k8s.io"),
    ("selfsubjectrulesreviews", "authorization.k8s.io"),
    ("subjectaccessreviews", "authorization.k8s.io"),
    ("signers", "certificates.k8s.io"),
    ("events", ""),
];

/// Short names that kubectl knows, too.
const SHORT: [(&str, &str); 24] = [
    ("cj", "CronJob"),
    ("cm", "ConfigMap"),
    ("crd", "CustomResourceDefinition"),
    ("csr", "CertificateSigningRequest"),
    ("deploy", "Deployment"),
    ("ds", "DaemonSet"),
    ("ep", "Endpoints"),
    ("hpa", "HorizontalPodAutoscaler"),
    ("ing", "Ingress"),
    ("limits", "LimitRange"),
    ("netpol", "NetworkPolicy"),
    ("no", "Node"),
    ("ns", "Namespace"),
    ("pdb", "PodDisruptionBudget"),
    ("po", "Pod"),
    ("pv", "PersistentVolume"),
    ("pvc", "PersistentVolumeClaim"),
    ("quota", "ResourceQuota"),
    ("rc", "ReplicationController"),
    ("rs", "ReplicaSet"),
    ("sa", "ServiceAccount"),
    ("sc", "StorageClass"),
    ("sts", "StatefulSet"),
    ("svc", "Service"),
];

/// Takes a word apart, or says what is wrong with it.
pub(super) fn parse(word: &str) -> Result<Resource, String> {
    if word.starts_with('/') {
        return Ok(Resource::Path(word.to_owned()));
    }
    let (name, sub) = word.split_once('/').map_or((word, None), |(name, sub)| (name, Some(sub)));
    let with_sub = |plural: &str| sub.map_or_else(|| plural.to_owned(), |sub| format!("{plural}/{sub}"));
    if name == "*" {
        return Ok(Resource::Resource { group: "*".to_owned(), resource: with_sub("*"), namespaced: true });
    }
    if let Some((plural, group)) = name.split_once('.') {
        let kind = kinds::built_in().find(|(kind, g)| *g == group && kinds::plural(kind) == plural);
        let namespaced = !kind.is_some_and(|(kind, _)| kinds::is_cluster_scoped(kind));
        return Ok(Resource::Resource { group: group.to_owned(), resource: with_sub(plural), namespaced });
    }
    let lower = name.to_lowercase();
    let kind = SHORT.iter().find(|(short, _)| *short == lower).map(|(_, kind)| *kind);
    let is = |kind: &str| kinds::plural(kind) == lower || kind.to_lowercase() == lower;
    let found = match kind {
        Some(kind) => kinds::built_in().find(|(k, _)| *k == kind),
        None => kinds::built_in().find(|(k, _)| is(k)),
    };
    if let Some((kind, group)) = found {
        let namespaced = !kinds::is_cluster_scoped(kind);
        let resource = with_sub(&kinds::plural(kind));
        return Ok(Resource::Resource { group: group.to_owned(), resource, namespaced });
    }
    if let Some((plural, group)) = VIRTUAL.iter().find(|(plural, _)| *plural == lower) {
        let namespaced = matches!(*plural, "events" | "localsubjectaccessreviews");
        return Ok(Resource::Resource { group: (*group).to_owned(), resource: with_sub(plural), namespaced });
    }
    let plurals: Vec<String> = kinds::built_in().map(|(kind, _)| kinds::plural(kind)).collect();
    let known = plurals.iter().map(String::as_str).chain(VIRTUAL.iter().map(|(plural, _)| *plural));
    let hint = suggestion(&lower, known);
    Err(format!(
        "Kubernetes has no resource {name}{hint}\nwrite that of a custom resource with its group: {name}.example.com"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(word: &str) -> (String, String, bool) {
        match parse(word) {
            Ok(Resource::Resource { group, resource, namespaced }) => (group, resource, namespaced),
            other => panic!("{word}: {other:?}"),
        }
    }

    fn is(group: &str, resource: &str, namespaced: bool) -> (String, String, bool) {
        (group.to_owned(), resource.to_owned(), namespaced)
    }

    #[test]
    fn words_for_resources() {
        assert_eq!(one("pods"), is("", "pods", true));
        assert_eq!(one("Pod"), is("", "pods", true));
        assert_eq!(one("pods/exec"), is("", "pods/exec", true));
        assert_eq!(one("deploy/scale"), is("apps", "deployments/scale", true));
        assert_eq!(one("deployments.apps/scale"), is("apps", "deployments/scale", true));
        assert_eq!(one("nodes"), is("", "nodes", false));
        assert_eq!(
            one("clusterroles.rbac.authorization.k8s.io"),
            is("rbac.authorization.k8s.io", "clusterroles", false)
        );
        assert_eq!(one("rollouts.argoproj.io"), is("argoproj.io", "rollouts", true));
        assert_eq!(one("users"), is("", "users", false));
        assert_eq!(one("*"), is("*", "*", true));
        assert_eq!(parse("/metrics"), Ok(Resource::Path("/metrics".into())));
        let error = parse("secret5").unwrap_err();
        assert!(error.contains("did you mean \"secrets\""), "{error}");
        let wrong: Vec<_> = SHORT.iter().filter(|(_, kind)| kinds::groups(kind).is_none()).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}

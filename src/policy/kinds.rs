//! What is known of kinds: the group of each built-in one, whether it has a namespace, and where a pod template stands in it.

/// Built-in kinds that are not in the core group, with the groups they have been served from (the present one first).
const GROUPED: &[(&str, &[&str])] = &[
    ("APIService", &["apiregistration.k8s.io"]),
    ("CertificateSigningRequest", &["certificates.k8s.io"]),
    ("ClusterRole", &["rbac.authorization.k8s.io"]),
    ("ClusterRoleBinding", &["rbac.authorization.k8s.io"]),
    ("ClusterTrustBundle", &["certificates.k8s.io"]),
    ("ControllerRevision", &["apps"]),
    ("CronJob", &["batch"]),
    ("CSIDriver", &["storage.k8s.io"]),
    ("CSINode", &["storage.k8s.io"]),
    ("CSIStorageCapacity", &["storage.k8s.io"]),
    ("CustomResourceDefinition", &["apiextensions.k8s.io"]),
    ("DaemonSet", &["apps", "extensions"]),
    ("Deployment", &["apps", "extensions"]),
    ("DeviceClass", &["resource.k8s.io"]),
    ("EndpointSlice", &["discovery.k8s.io"]),
    ("FlowSchema", &["flowcontrol.apiserver.k8s.io"]),
    ("HorizontalPodAutoscaler", &["autoscaling"]),
    ("IPAddress", &["networking.k8s.io"]),
    ("Ingress", &["networking.k8s.io", "extensions"]),
    ("IngressClass", &["networking.k8s.io"]),
    ("Job", &["batch"]),
    ("Lease", &["coordination.k8s.io"]),
    ("MutatingAdmissionPolicy", &["admissionregistration.k8s.io"]),
    ("MutatingAdmissionPolicyBinding", &["admissionregistration.k8s.io"]),
    ("MutatingWebhookConfiguration", &["admissionregistration.k8s.io"]),
    ("NetworkPolicy", &["networking.k8s.io", "extensions"]),
    ("PodDisruptionBudget", &["policy"]),
    ("PodSecurityPolicy", &["policy", "extensions"]),
    ("PriorityClass", &["scheduling.k8s.io"]),
    ("PriorityLevelConfiguration", &["flowcontrol.apiserver.k8s.io"]),
    ("ReplicaSet", &["apps", "extensions"]),
    ("ResourceClaim", &["resource.k8s.io"]),
    ("ResourceClaimTemplate", &["resource.k8s.io"]),
    ("ResourceSlice", &["resource.k8s.io"]),
    ("Role", &["rbac.authorization.k8s.io"]),
    ("RoleBinding", &["rbac.authorization.k8s.io"]),
    ("RuntimeClass", &["node.k8s.io"]),
    ("ServiceCIDR", &["networking.k8s.io"]),
    ("StatefulSet", &["apps"]),
    ("StorageClass", &["storage.k8s.io"]),
    ("ValidatingAdmissionPolicy", &["admissionregistration.k8s.io"]),
    ("ValidatingAdmissionPolicyBinding", &["admissionregistration.k8s.io"]),
    ("ValidatingWebhookConfiguration", &["admissionregistration.k8s.io"]),
    ("VolumeAttachment", &["storage.k8s.io"]),
    ("VolumeAttributesClass", &["storage.k8s.io"]),
];

/// Built-in kinds of the core group.
const CORE: &[&str] = &[
    "Binding",
    "ComponentStatus",
    "ConfigMap",
    "Endpoints",
    "Event",
    "LimitRange",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Pod",
    "PodTemplate",
    "ReplicationController",
    "ResourceQuota",
    "Secret",
    "Service",
    "ServiceAccount",
];

/// Groups a built-in kind is or was served from; `None` when the kind is not built in.
pub fn groups(kind: &str) -> Option<&'static [&'static str]> {
    if CORE.contains(&kind) {
        return Some(&[""]);
    }
    GROUPED.iter().find(|(k, _)| *k == kind).map(|(_, g)| *g)
}

/// Every built-in kind with the group that it is served from now.
pub fn built_in() -> impl Iterator<Item = (&'static str, &'static str)> {
    let grouped = GROUPED.iter().filter_map(|(kind, groups)| Some((*kind, *groups.first()?)));
    CORE.iter().map(|kind| (*kind, "")).chain(grouped)
}

/// The plural by which a kind is asked for. Kubernetes leaves it to whoever defines a kind; this is the rule that nearly all follow, and the
/// exceptions end in the plural already.
pub fn plural(kind: &str) -> String {
    let lower = kind.to_lowercase();
    let before_y = lower.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u']));
    match before_y {
        Some(stem) => format!("{stem}ies"),
        None if ["ss", "x", "ch", "sh"].iter().any(|end| lower.ends_with(end)) => lower + "es",
        None if lower.ends_with('s') => lower,
        None => lower + "s",
    }
}

/// Kinds of our own, without a group: the synthetic object of cluster-wide checks and the inventory's pseudo kind.
pub const OWN: [&str; 2] = ["Cluster", "Workload"];

/// A pattern of `kinds`, `requires` or an inventory function: `*`, `Kind`, `group/Kind` or `*/Kind`.
///
/// A bare kind that is built in means its built-in groups; a bare kind that is not matches no object.
pub fn matches(pattern: &str, group: &str, kind: &str) -> bool {
    match pattern.rsplit_once('/') {
        _ if pattern == "*" => true,
        Some(("*", k)) => k == kind,
        Some((g, k)) => {
            k == kind && (g == group || groups(k).is_some_and(|gs| gs.first() == Some(&g) && gs.contains(&group)))
        }
        None => pattern == kind && groups(kind).is_some_and(|g| g.contains(&group)),
    }
}

/// Built-in kinds that the pseudo kind `Workload` stands for: group and kind.
pub const WORKLOADS: [(&str, &str); 9] = [
    ("", "Pod"),
    ("", "PodTemplate"),
    ("", "ReplicationController"),
    ("apps", "DaemonSet"),
    ("apps", "Deployment"),
    ("apps", "ReplicaSet"),
    ("apps", "StatefulSet"),
    ("batch", "CronJob"),
    ("batch", "Job"),
];

/// The steps from an object to its pod templates. `[]` stands for every item of a list.
type Steps = &'static [&'static str];

const TEMPLATE: Steps = &["spec", "template"];

/// Kinds with a pod template: group, kind, steps to what has `metadata` and `spec`.
const TEMPLATES: &[(&str, &str, Steps)] = &[
    ("", "Pod", &[]),
    ("", "PodTemplate", &["template"]),
    ("", "ReplicationController", TEMPLATE),
    ("apps", "DaemonSet", TEMPLATE),
    ("apps", "Deployment", TEMPLATE),
    ("apps", "ReplicaSet", TEMPLATE),
    ("apps", "StatefulSet", TEMPLATE),
    ("batch", "CronJob", &["spec", "jobTemplate", "spec", "template"]),
    ("batch", "Job", TEMPLATE),
    ("extensions", "DaemonSet", TEMPLATE),
    ("extensions", "Deployment", TEMPLATE),
    ("extensions", "ReplicaSet", TEMPLATE),
    // Custom resources that hold an ordinary pod template.
    ("apps.kruise.io", "AdvancedCronJob", &["spec", "template", "jobTemplate", "spec", "template"]),
    ("apps.kruise.io", "BroadcastJob", TEMPLATE),
    ("apps.kruise.io", "CloneSet", TEMPLATE),
    ("apps.kruise.io", "DaemonSet", TEMPLATE),
    ("apps.kruise.io", "StatefulSet", TEMPLATE),
    ("apps.openshift.io", "DeploymentConfig", TEMPLATE),
    ("argoproj.io", "Rollout", TEMPLATE),
    ("batch.volcano.sh", "Job", &["spec", "tasks", "[]", "template"]),
    ("jobset.x-k8s.io", "JobSet", &["spec", "replicatedJobs", "[]", "template", "spec", "template"]),
    ("keda.sh", "ScaledJob", &["spec", "jobTargetRef", "template"]),
    ("kubeflow.org", "PyTorchJob", &["spec", "pytorchReplicaSpecs", "{}", "template"]),
    ("kubeflow.org", "TFJob", &["spec", "tfReplicaSpecs", "{}", "template"]),
    ("leaderworkerset.x-k8s.io", "LeaderWorkerSet", &["spec", "leaderWorkerTemplate", "workerTemplate"]),
    ("ray.io", "RayCluster", &["spec", "headGroupSpec", "template"]),
    ("serving.knative.dev", "Configuration", TEMPLATE),
    ("serving.knative.dev", "Revision", &[]),
    ("serving.knative.dev", "Service", TEMPLATE),
];

/// Where pod templates stand in objects of this kind; `None` when it has none. `[]` and `{}` stand for every item of a list or map.
pub fn template_steps(group: &str, kind: &str) -> Option<&'static [&'static str]> {
    TEMPLATES.iter().find(|(g, k, _)| *g == group && *k == kind).map(|(_, _, s)| *s)
}

/// Whether the built-in kind has no namespace; unknown kinds count as having one.
pub fn is_cluster_scoped(kind: &str) -> bool {
    matches!(
        kind,
        "APIService"
            | "CertificateSigningRequest"
            | "ClusterRole"
            | "ClusterRoleBinding"
            | "ClusterTrustBundle"
            | "ComponentStatus"
            | "CSIDriver"
            | "CSINode"
            | "CustomResourceDefinition"
            | "DeviceClass"
            | "FlowSchema"
            | "IPAddress"
            | "IngressClass"
            | "MutatingAdmissionPolicy"
            | "MutatingAdmissionPolicyBinding"
            | "MutatingWebhookConfiguration"
            | "Namespace"
            | "Node"
            | "PersistentVolume"
            | "PodSecurityPolicy"
            | "PriorityClass"
            | "PriorityLevelConfiguration"
            | "ResourceSlice"
            | "RuntimeClass"
            | "ServiceCIDR"
            | "StorageClass"
            | "ValidatingAdmissionPolicy"
            | "ValidatingAdmissionPolicyBinding"
            | "ValidatingWebhookConfiguration"
            | "VolumeAttachment"
            | "VolumeAttributesClass"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_are_those_of_kubernetes() {
        for (kind, wanted) in [
            ("Pod", "pods"),
            ("NetworkPolicy", "networkpolicies"),
            ("Gateway", "gateways"),
            ("Ingress", "ingresses"),
            ("Endpoints", "endpoints"),
            ("IPAddress", "ipaddresses"),
            ("Sandbox", "sandboxes"),
            ("SecurityContextConstraints", "securitycontextconstraints"),
            ("StorageClass", "storageclasses"),
        ] {
            assert_eq!(plural(kind), wanted);
        }
        assert!(built_in().any(|pair| pair == ("Deployment", "apps")) && built_in().any(|pair| pair == ("Pod", "")));
    }

    #[test]
    fn patterns_mean_built_in_groups() {
        assert!(matches("Deployment", "apps", "Deployment"));
        assert!(matches("Deployment", "extensions", "Deployment"));
        assert!(matches("apps/Deployment", "extensions", "Deployment"));
        assert!(!matches("Service", "serving.knative.dev", "Service"));
        assert!(matches("*/Service", "serving.knative.dev", "Service"));
        assert!(matches("serving.knative.dev/Service", "serving.knative.dev", "Service"));
        assert!(!matches("serving.knative.dev/Service", "", "Service"));
        assert!(matches("*", "x.example", "Y"));
        assert!(!matches("Rollout", "argoproj.io", "Rollout"));
    }
}

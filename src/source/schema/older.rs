//! Group versions that the API server no longer serves, of which we are sure: their newest successor has every field of theirs with the same type.

/// Old group version, kind, successor, and the one field of `spec` that the successor lost.
const OLDER: [(&str, &str, &str, &str); 32] = [
    ("admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration", "admissionregistration.k8s.io/v1", ""),
    ("admissionregistration.k8s.io/v1beta1", "ValidatingWebhookConfiguration", "admissionregistration.k8s.io/v1", ""),
    ("apiregistration.k8s.io/v1beta1", "APIService", "apiregistration.k8s.io/v1", ""),
    ("apps/v1beta1", "ControllerRevision", "apps/v1", ""),
    ("apps/v1beta1", "Deployment", "apps/v1", "rollbackTo"),
    ("apps/v1beta1", "StatefulSet", "apps/v1", ""),
    ("apps/v1beta2", "ControllerRevision", "apps/v1", ""),
    ("apps/v1beta2", "DaemonSet", "apps/v1", ""),
    ("apps/v1beta2", "Deployment", "apps/v1", ""),
    ("apps/v1beta2", "ReplicaSet", "apps/v1", ""),
    ("apps/v1beta2", "StatefulSet", "apps/v1", ""),
    ("autoscaling/v2beta2", "HorizontalPodAutoscaler", "autoscaling/v2", ""),
    ("batch/v1beta1", "CronJob", "batch/v1", ""),
    ("certificates.k8s.io/v1beta1", "CertificateSigningRequest", "certificates.k8s.io/v1", ""),
    ("coordination.k8s.io/v1beta1", "Lease", "coordination.k8s.io/v1", ""),
    ("extensions/v1beta1", "DaemonSet", "apps/v1", "templateGeneration"),
    ("extensions/v1beta1", "Deployment", "apps/v1", "rollbackTo"),
    ("extensions/v1beta1", "NetworkPolicy", "networking.k8s.io/v1", ""),
    ("extensions/v1beta1", "ReplicaSet", "apps/v1", ""),
    ("networking.k8s.io/v1beta1", "IngressClass", "networking.k8s.io/v1", ""),
    ("node.k8s.io/v1beta1", "RuntimeClass", "node.k8s.io/v1", ""),
    ("policy/v1beta1", "PodDisruptionBudget", "policy/v1", ""),
    ("rbac.authorization.k8s.io/v1beta1", "ClusterRole", "rbac.authorization.k8s.io/v1", ""),
    ("rbac.authorization.k8s.io/v1beta1", "ClusterRoleBinding", "rbac.authorization.k8s.io/v1", ""),
    ("rbac.authorization.k8s.io/v1beta1", "Role", "rbac.authorization.k8s.io/v1", ""),
    ("rbac.authorization.k8s.io/v1beta1", "RoleBinding", "rbac.authorization.k8s.io/v1", ""),
    ("scheduling.k8s.io/v1beta1", "PriorityClass", "scheduling.k8s.io/v1", ""),
    ("storage.k8s.io/v1beta1", "CSIDriver", "storage.k8s.io/v1", ""),
    ("storage.k8s.io/v1beta1", "CSINode", "storage.k8s.io/v1", ""),
    ("storage.k8s.io/v1beta1", "CSIStorageCapacity", "storage.k8s.io/v1", ""),
    ("storage.k8s.io/v1beta1", "StorageClass", "storage.k8s.io/v1", ""),
    ("storage.k8s.io/v1beta1", "VolumeAttachment", "storage.k8s.io/v1", ""),
];

/// The successor of an old group version for a kind, and a field of `spec` that only the old one has (`""`: none).
pub(super) fn successor(api_version: &str, kind: &str) -> Option<(&'static str, &'static str)> {
    let found = OLDER.binary_search_by(|(v, k, ..)| (*v, *k).cmp(&(api_version, kind)));
    found.ok().map(|i| (OLDER[i].2, OLDER[i].3))
}

#[cfg(test)]
mod tests {
    use super::super::table::Table;
    use super::*;

    #[test]
    fn every_successor_is_known_and_what_it_lost_it_does_not_have() {
        assert!(OLDER.is_sorted());
        for (old, kind, new, lost) in OLDER {
            assert!(Table::get().kind(old, kind).is_none(), "{old} {kind} is served");
            let of = Table::get().kind(new, kind).unwrap();
            let spec = Table::get().field(of, "spec").map(|s| s.leaf());
            if let Some(super::super::table::Leaf::Object(spec)) = spec {
                assert!(Table::get().field(spec, lost).is_none());
            }
            assert_eq!(successor(old, kind), Some((new, lost)));
        }
        assert_eq!(successor("extensions/v1beta1", "Ingress"), None);
    }
}

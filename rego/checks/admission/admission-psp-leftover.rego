# METADATA
# title: PodSecurityPolicy protects nothing any more
# description: >-
#   Servers since 1.25 do not know the kind. Who relies on it has no limit on privileged pods.
# custom:
#   severity: low
#   scope: object
#   kinds: [PodSecurityPolicy]
#   remediation: Label namespaces for Pod Security admission, or use a policy engine, and delete the object.
package audit.checks.admission.admission_psp_leftover

import data.audit.lib.kubernetes

deny contains {"path": "/kind", "msg": sprintf("PodSecurityPolicy is gone since 1.25%s", [assumption])} if {
	k8s.version_compare(kubernetes.target(data.tables.kubernetes_versions), "1.25") >= 0
	assumption := kubernetes.assumption(data.tables.kubernetes_versions)
}

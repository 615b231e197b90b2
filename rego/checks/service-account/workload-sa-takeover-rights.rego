# METADATA
# title: Workload has rights that lead to the cluster
# description: >-
#   With the token in the pod an intruder goes on to other workloads, Secrets or nodes of the whole cluster: one bug
#   in this program is enough.
# custom:
#   severity: high
#   scope: pod
#   requires:
#     pass: [ClusterRole, ClusterRoleBinding, Role, RoleBinding]
#   remediation: >-
#     Remove the right from the role, bind it in the namespaces that need it, or set automountServiceAccountToken to
#     false.
package audit.checks.service_account.workload_sa_takeover_rights

import data.audit.lib.accounts

deny contains {
	"path": accounts.path(input.pod.spec),
	"msg": sprintf("ServiceAccount %s may %s %s", [account.name, right, place]),
} if {
	not "everything" in rbac.primitives(account, "")
	some place, right in rights
	accounts.has_token(input.pod.spec, input.namespace)
}

account := {"kind": "ServiceAccount", "namespace": input.namespace, "name": accounts.name(input.pod.spec)}

# One right is enough: in the whole cluster, or else beside the control plane.
rights["in every namespace"] := right if right := rbac.takeover(account, "")

rights[place] := right if {
	not rbac.takeover(account, "")
	some namespace in data.tables.rbac.privileged_namespaces
	right := rbac.takeover(account, namespace)
	place := sprintf("in namespace %s", [namespace])
}

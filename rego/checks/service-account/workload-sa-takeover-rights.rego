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
	accounts.has_token(input.pod.spec, input.namespace)
	right := rbac.takeover(account, places[0])
	place := words(places[0])
}

account := {"kind": "ServiceAccount", "namespace": input.namespace, "name": accounts.name(input.pod.spec)}

# The whole cluster, or else beside the control plane: one place is enough.
places := [namespace |
	some namespace in array.concat([""], data.tables.rbac.privileged_namespaces)
	rbac.takeover(account, namespace)
]

words(namespace) := "in every namespace" if namespace == ""

words(namespace) := sprintf("in namespace %s", [namespace]) if namespace != ""

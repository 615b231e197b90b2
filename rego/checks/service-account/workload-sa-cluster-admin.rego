# METADATA
# title: Workload can do everything in the cluster
# description: >-
#   The pod holds a token of a service account that may do everything, so a bug in the program is a way to every other
#   workload, Secret and node.
# custom:
#   severity: critical
#   scope: pod
#   requires:
#     pass: [ClusterRole, ClusterRoleBinding, Role, RoleBinding]
#   remediation: >-
#     Bind the workload's service account to a role that lists what the program does, or set
#     automountServiceAccountToken to false.
package audit.checks.service_account.workload_sa_cluster_admin

import data.audit.lib.accounts

deny contains {
	"path": accounts.path(input.pod.spec),
	"msg": sprintf("ServiceAccount %s may do everything", [name]),
} if {
	name := accounts.name(input.pod.spec)
	account := {"kind": "ServiceAccount", "namespace": input.namespace, "name": name}
	"everything" in rbac.primitives(account, "")
	accounts.has_token(input.pod.spec, input.namespace)
}

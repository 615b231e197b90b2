# METADATA
# title: Built-in role admin or edit is given in the whole cluster
# description: >-
#   The roles are made for namespaces. In kube-system they act as the accounts of Kubernetes' own controllers, some of
#   which may grant any permission.
# custom:
#   severity: critical
#   scope: object
#   kinds: [RoleBinding, ClusterRoleBinding]
#   remediation: Use RoleBindings in the namespaces that the subject works in.
package audit.checks.rbac.rbac_binding_admin_edit

import data.audit.lib.bindings

import data.audit.lib.roles

applies if roles.is_ours(input.labels)

deny contains {
	"path": "/roleRef/name",
	"msg": sprintf("ClusterRole %s for %s", [input.object.roleRef.name, bindings.who(input.object.subjects)]),
} if {
	input.object.roleRef.kind == "ClusterRole"
	input.object.roleRef.name in {"admin", "edit"}
	bindings.subjects(input.object.subjects)[_]
	bindings.is_privileged(input.kind, input.namespace)
}

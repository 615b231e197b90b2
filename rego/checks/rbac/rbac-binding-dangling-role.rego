# METADATA
# title: Binding names a role that does not exist
# description: >-
#   It gives nothing today; whoever may create a role of that name decides what its subjects get, and nobody looks at
#   the binding then.
# custom:
#   severity: low
#   scope: object
#   kinds: [RoleBinding, ClusterRoleBinding]
#   requires:
#     fail: [ClusterRole, Role]
#   remediation: Correct the name, or remove the binding.
package audit.checks.rbac.rbac_binding_dangling_role

deny contains {
	"path": "/roleRef/name",
	"msg": sprintf("%s %s does not exist", [input.object.roleRef.kind, input.object.roleRef.name]),
} if {
	input.object.roleRef.kind in {"ClusterRole", "Role"}
	not rbac.rules(input.object.roleRef.kind, input.namespace, input.object.roleRef.name)
}

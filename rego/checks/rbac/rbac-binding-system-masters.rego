# METADATA
# title: Binding names the group system:masters
# description: >-
#   Members of system:masters may do everything already, past RBAC and for as long as their certificates last; a
#   binding for the group suggests that somebody counts on it.
# custom:
#   severity: low
#   scope: object
#   kinds: [RoleBinding, ClusterRoleBinding]
#   remediation: Remove the group from the binding, and give administrators a group that can be taken away from them.
package audit.checks.rbac.rbac_binding_system_masters

import data.audit.lib.bindings

import data.audit.lib.roles

applies if roles.is_ours(input.labels)

deny contains {
	"path": sprintf("/subjects/%d", [number]),
	"msg": "Group system:masters",
} if {
	some number, subject in bindings.subjects(input.object.subjects)
	subject.kind == "Group"
	subject.name == "system:masters"
}

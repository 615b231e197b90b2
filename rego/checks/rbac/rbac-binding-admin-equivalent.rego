# METADATA
# title: Binding gives a role that is cluster-admin under another name
# description: >-
#   A role with a rule for everything, its own or an aggregated one, is cluster-admin, and those who watch for
#   cluster-admin do not see it.
# custom:
#   severity: critical
#   scope: object
#   kinds: [ClusterRoleBinding]
#   remediation: Bind a role that lists what the subject does.
package audit.checks.rbac.rbac_binding_admin_equivalent

import data.audit.lib.bindings

import data.audit.lib.roles

applies if roles.is_ours(input.labels)

deny contains {
	"path": "/roleRef/name",
	"msg": sprintf("ClusterRole %s allows everything, for %s", [name, bindings.who(input.object.subjects)]),
	"object": sprintf("ClusterRole/%s", [name]),
} if {
	name := input.object.roleRef.name
	name != "cluster-admin"
	bindings.subjects(input.object.subjects)[_]
	rbac.granted(input.kind, input.namespace, input.object.roleRef).everything
}

not_assessed contains sprintf("%s %s is not at hand", [input.object.roleRef.kind, input.object.roleRef.name]) if {
	bindings.subjects(input.object.subjects)[_]
	not rbac.granted(input.kind, input.namespace, input.object.roleRef)
}

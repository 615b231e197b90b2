# METADATA
# title: Binding gives cluster-admin
# description: >-
#   cluster-admin allows everything; whoever gets hold of the subject's credentials owns the cluster, or with a
#   RoleBinding the namespace and every right in it.
# custom:
#   severity: critical
#   scope: object
#   kinds: [RoleBinding, ClusterRoleBinding]
#   remediation: >-
#     Bind a role that lists what the subject does; in one namespace the built-in roles edit and view do for most.
package audit.checks.rbac.rbac_binding_cluster_admin

import data.audit.lib.bindings

deny contains {
	"path": "/roleRef/name",
	"msg": sprintf("cluster-admin for %s", [bindings.who(others)]),
	"severity": severity,
} if {
	input.object.roleRef.kind == "ClusterRole"
	input.object.roleRef.name == "cluster-admin"
	others := [subject | some subject in bindings.subjects(input.object.subjects); not belongs(subject)]
	count(others) > 0
}

severity := "critical" if bindings.is_privileged(input.kind, input.namespace)

severity := "high" if not bindings.is_privileged(input.kind, input.namespace)

# The group that an installer made for this very binding.
belongs(subject) if {
	group := data.tables.rbac.administrators[input.name]
	subject.kind == group.kind
	subject.name == group.name
}

# Reported by rbac-binding-system-masters: it has everything without the binding.
belongs(subject) if {
	subject.kind == "Group"
	subject.name == "system:masters"
}

# METADATA
# title: Role of a part of Kubernetes is given to somebody else
# description: >-
#   The roles of the scheduler, the controllers and the nodes hold rights that lead to the whole cluster, such as
#   reading every Secret, because their holders are the cluster.
# custom:
#   severity: critical
#   scope: object
#   kinds: [RoleBinding, ClusterRoleBinding]
#   remediation: Write a role that lists what the subject does.
package audit.checks.rbac.rbac_binding_system_role

import data.audit.lib.bindings

import data.audit.lib.roles

applies if roles.is_ours(input.labels)

deny contains {
	"path": "/roleRef/name",
	"msg": sprintf("ClusterRole %s, which may %s, for %s", [name, right, bindings.who(others)]),
} if {
	name := input.object.roleRef.name
	# These have checks of their own.
	not name in {"admin", "cluster-admin", "edit"}
	bindings.is_privileged(input.kind, input.namespace)
	right := rbac.granted(input.kind, input.namespace, input.object.roleRef).builtin_takeover
	others := [subject | some subject in bindings.subjects(input.object.subjects); not is_meant(subject)]
	count(others) > 0
}

is_meant(subject) if bindings.is_system(subject)

# The certificate with which the API server talks to kubelets has any name.
is_meant(subject) if {
	subject.kind == "User"
	input.object.roleRef.name == "system:kubelet-api-admin"
}

# METADATA
# title: Default service account gets rights
# description: >-
#   Every pod of the namespace that names no service account has these rights, and so has an intruder in any of them.
# custom:
#   severity: high
#   scope: object
#   kinds: [RoleBinding, ClusterRoleBinding]
#   remediation: Give the workload that needs the rights a service account of its own and bind that.
package audit.checks.rbac.rbac_binding_default_service_account

import data.audit.lib.bindings

import data.audit.lib.roles

applies if roles.is_ours(input.labels)

deny contains {
	"path": sprintf("/subjects/%d", [number]),
	"msg": sprintf("%s %s for %s", [input.object.roleRef.kind, input.object.roleRef.name, bindings.words(subject)]),
	"severity": severity,
} if {
	some number, subject in bindings.subjects(input.object.subjects)
	is_default(subject)
}

is_default(subject) if {
	subject.kind == "ServiceAccount"
	subject.name == "default"
}

# The same account by the name of its user.
is_default(subject) if {
	subject.kind == "User"
	["system", "serviceaccount", _, "default"] := split(subject.name, ":")
}

severity := "high" if worth == "takeover"

severity := "medium" if worth != "takeover"

worth := bindings.worth(input.kind, input.namespace, input.object.roleRef)

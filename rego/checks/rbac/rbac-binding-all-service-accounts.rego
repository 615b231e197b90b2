# METADATA
# title: All service accounts get rights
# description: >-
#   Every pod has these rights, whatever it is for, and so has an intruder in any of them.
# custom:
#   severity: critical
#   scope: object
#   kinds: [RoleBinding, ClusterRoleBinding]
#   remediation: Bind the role to the service accounts that need it.
package audit.checks.rbac.rbac_binding_all_service_accounts

import data.audit.lib.bindings

import data.audit.lib.roles

applies if roles.is_ours(input.labels)

deny contains {
	"path": sprintf("/subjects/%d", [number]),
	"msg": sprintf("%s %s for %s", [input.object.roleRef.kind, input.object.roleRef.name, bindings.words(subject)]),
	"severity": severities[worth][reach],
} if {
	some number, subject in bindings.subjects(input.object.subjects)
	subject.kind == "Group"
	is_accounts(subject.name)
}

severities := {
	"takeover": {"cluster": "critical", "namespace": "high"},
	"write": {"cluster": "high", "namespace": "medium"},
	"read": {"cluster": "medium", "namespace": "low"},
	"unknown": {"cluster": "medium", "namespace": "low"},
}

worth := bindings.worth(input.kind, input.namespace, input.object.roleRef)

reach := "cluster" if bindings.is_privileged(input.kind, input.namespace)

reach := "namespace" if not bindings.is_privileged(input.kind, input.namespace)

is_accounts(name) if name == "system:serviceaccounts"

is_accounts(name) if startswith(name, "system:serviceaccounts:")

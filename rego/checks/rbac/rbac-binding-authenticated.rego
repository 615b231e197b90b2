# METADATA
# title: Everybody with credentials gets rights
# description: >-
#   The group holds every user and every service account, so every pod; with some providers it holds everybody who has
#   an account there, in the cluster or not.
# custom:
#   severity: critical
#   scope: object
#   kinds: [RoleBinding, ClusterRoleBinding]
#   remediation: Bind the role to the groups and accounts that need it.
package audit.checks.rbac.rbac_binding_authenticated

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
	subject.name == "system:authenticated"
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

# METADATA
# title: OpenShift security context constraint that allows root is given away
# description: >-
#   Pods of the holder run as root or with the privileges of the node, although the default of OpenShift forbids it.
# custom:
#   severity: high
#   scope: object
#   kinds: [Role, ClusterRole, RoleBinding, ClusterRoleBinding]
#   remediation: Use the constraint restricted-v2, or one that allows just what the workload needs.
package audit.checks.rbac.rbac_scc_anyuid_use

import data.audit.lib.bindings

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says(power),
	"severity": roles.by_holder(power, "high"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "use-open-scc")
}

deny contains {
	"path": "/roleRef/name",
	"msg": sprintf("ClusterRole %s", [input.object.roleRef.name]),
} if {
	input.object.roleRef.kind == "ClusterRole"
	input.object.roleRef.name in data.tables.rbac.open_scc_roles
	bindings.subjects(input.object.subjects)[_]
}

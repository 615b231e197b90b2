# METADATA
# title: Role allows to bind roles beyond its own rights
# description: >-
#   The verb bind lifts the rule that nobody can grant what he does not have: with the right to write bindings, the
#   holder makes itself or anybody cluster-admin.
# custom:
#   severity: critical
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Remove the verb bind, or name with resourceNames the harmless roles that may be granted.
package audit.checks.rbac.rbac_bind_verb

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.verbs_path,
	"msg": roles.says(power),
	"severity": severity(roles.level(power, "critical", "high")),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "bind-roles")
	# All verbs include escalate, too: rbac-escalate-verb reports it.
	not "*" in power.verbs
}

# Of named roles only those that lead further.
deny contains {
	"path": power.verbs_path,
	"msg": roles.says(power),
	"severity": severity(roles.level(power, "critical", "high")),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "bind-named-roles")
	some name in power.names
	some kind in ["ClusterRole", "Role"]
	is_string(rbac.granted(binding(power), input.namespace, {"kind": kind, "name": name}).takeover)
}

binding(power) := "ClusterRoleBinding" if power.scope == "cluster"

binding(power) := "RoleBinding" if power.scope == "namespace"

# The verb alone does nothing until the holder may also write bindings.
severity(level) := level if can_write

severity(level) := roles.less(level) if not can_write

can_write if roles.holder_has(input.kind, input.namespace, input.name, input.object.rules, "write-bindings")

# METADATA
# title: Role allows to write rights that the holder does not have
# description: >-
#   The verb escalate lifts the rule that nobody can put rights into a role which he does not have: the holder adds
#   whatever it likes to a role that it already has.
# custom:
#   severity: critical
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Remove the verb escalate; give the holder the rights that it should be able to pass on.
package audit.checks.rbac.rbac_escalate_verb

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
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "escalate-roles")
}

# The verb alone does nothing until the holder may also write roles.
severity(level) := level if can_write

severity(level) := roles.less(level) if not can_write

can_write if roles.holder_has(input.kind, input.namespace, input.name, input.object.rules, "write-roles")

# METADATA
# title: Role names no resources
# description: >-
#   All resources of the core group are Secrets, pods, tokens of service accounts and nodes as well as what was meant,
#   and what later versions add.
# custom:
#   severity: critical
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: List the resources that are needed.
package audit.checks.rbac.rbac_role_wildcard_resources

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": sprintf("/rules/%d/resources/%d", [number, at]),
	"msg": roles.says(power(rule, reach)),
	"severity": severity(rule, reach),
} if {
	rule := input.object.rules[number]
	rule.resources[at] == "*"
	roles.is_open(rule)
	reach := rbac.reach(input.kind, input.namespace, input.name)
}

severity(rule, reach) := roles.level(reach, "critical", "medium") if {
	reaches_core(rule)
	rule.verbs[0]
}

# Of other groups of Kubernetes the checks of single rights tell what matters; for custom resources it is usual.
severity(rule, reach) := roles.by_holder(reach, "low") if {
	not reaches_core(rule)
	some group in rule.apiGroups
	group in data.tables.rbac.groups
	roles.writes(rule)
}

reaches_core(rule) if {
	some group in rule.apiGroups
	group in {"", "*"}
}

power(rule, reach) := object.union(
	reach,
	{"text": sprintf("%s on all resources of %s", [roles.verbs(rule), roles.groups(rule)])},
)

# METADATA
# title: Role is not limited to API groups
# description: >-
#   A resource of the same name in any other API group, also in one that is installed later, falls under the rule.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: List the API groups of the resources.
package audit.checks.rbac.rbac_role_wildcard_api_groups

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": sprintf("/rules/%d/apiGroups/%d", [number, at]),
	"msg": roles.says(object.union(reach, {"text": sprintf("%s on resources of all groups", [roles.verbs(rule)])})),
	"severity": roles.level(reach, "medium", "low"),
} if {
	rule := input.object.rules[number]
	rule.apiGroups[at] == "*"
	roles.writes(rule)
	# All resources of all groups are reported by rbac-role-wildcard-resources.
	rule.resources[0]
	not "*" in rule.resources
	reach := rbac.reach(input.kind, input.namespace, input.name)
}

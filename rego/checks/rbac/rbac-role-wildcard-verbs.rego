# METADATA
# title: Role allows every verb on sensitive resources
# description: >-
#   All verbs are more than reading and writing: impersonate on accounts, bind and escalate on roles, and the removal
#   of all objects with one request.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: List the verbs that are needed.
package audit.checks.rbac.rbac_role_wildcard_verbs

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": sprintf("/rules/%d/verbs/%d", [number, at]),
	"msg": roles.says(object.union(reach, {"text": sprintf("all verbs on %s", [concat(", ", resources)])})),
	"severity": roles.level(reach, "medium", "low"),
} if {
	rule := input.object.rules[number]
	rule.verbs[at] == "*"
	roles.is_open(rule)
	resources := [resource | some resource in rule.resources; is_sensitive(resource, rule)]
	count(resources) > 0
	reach := rbac.reach(input.kind, input.namespace, input.name)
}

is_sensitive(resource, rule) if {
	some group, names in data.tables.rbac.sensitive
	resource in names
	some wanted in ["*", group]
	wanted in rule.apiGroups
}

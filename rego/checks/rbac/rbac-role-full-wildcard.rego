# METADATA
# title: Role allows everything
# description: >-
#   Every verb on every resource of every API group, also of those that come later: as a ClusterRole it is
#   cluster-admin under another name, as a Role it owns its namespace.
# custom:
#   severity: critical
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: List the API groups, resources and verbs that are needed.
package audit.checks.rbac.rbac_role_full_wildcard

import data.audit.lib.roles

applies if {
	roles.is_ours(input.labels)
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": sprintf("/rules/%d", [grant.rule]),
	"msg": roles.says(object.union(grant, reach)),
	"severity": roles.level(reach, "critical", "high"),
} if {
	some grant in rbac.grants(input.object.rules, "everything")
	reach := rbac.reach(input.kind, input.namespace, input.name)
}

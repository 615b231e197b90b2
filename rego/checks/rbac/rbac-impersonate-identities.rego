# METADATA
# title: Role allows to act as other users, groups or service accounts
# description: >-
#   Impersonation gives every right of the identity that is named in the request, and the groups of administrators can
#   be named like any other.
# custom:
#   severity: critical
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Name the identities that are needed with resourceNames, or remove the verb impersonate.
package audit.checks.rbac.rbac_impersonate_identities

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says(power),
	"severity": roles.level(power, "critical", "medium"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "impersonate")
}

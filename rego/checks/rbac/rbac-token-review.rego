# METADATA
# title: Role allows to have tokens checked
# description: >-
#   The holder learns of any token that it comes by whose it is and whether it is still good.
# custom:
#   severity: info
#   scope: object
#   kinds: [ClusterRole]
#   remediation: Keep it to servers that authenticate their callers with tokens of the cluster.
package audit.checks.rbac.rbac_token_review

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says_who(power),
	"severity": roles.by_holder(power, "info"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "review-tokens")
}

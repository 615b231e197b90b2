# METADATA
# title: Role allows to change network policies
# description: >-
#   The holder can open what network policies close, for itself and for everything in reach.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Leave network policies to the tool that deploys the manifests.
package audit.checks.rbac.rbac_networkpolicy_write

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says(power),
	"severity": roles.level(power, "medium", "low"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "write-network-policies")
}

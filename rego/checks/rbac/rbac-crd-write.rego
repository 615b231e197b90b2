# METADATA
# title: Role allows to change CustomResourceDefinitions
# description: >-
#   A changed definition sends objects through a conversion webhook of the holder, drops fields that controllers rely
#   on, or with a deletion removes every object of its kind.
# custom:
#   severity: medium
#   scope: object
#   kinds: [ClusterRole]
#   remediation: >-
#     Install definitions with the tool that deploys the operator, not by the operator itself, or name them with
#     resourceNames.
package audit.checks.rbac.rbac_crd_write

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says_who(power),
	"severity": roles.by_holder(power, "medium"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "write-crds")
}

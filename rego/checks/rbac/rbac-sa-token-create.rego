# METADATA
# title: Role allows to create tokens of service accounts
# description: >-
#   A token can be had for any account within reach, with a lifetime of its own choice, and works from anywhere; in
#   the whole cluster and in kube-system that includes accounts which may grant any permission.
# custom:
#   severity: critical
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Name the accounts that are needed with resourceNames.
package audit.checks.rbac.rbac_sa_token_create

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says(power),
	"severity": severity(power),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "create-named-tokens")
}

severity(power) := roles.level(power, "critical", "medium") if count(power.names) == 0

# Named accounts of one namespace are as narrow as it gets; the same names in every namespace are not.
severity(power) := roles.by_holder(power, "low") if {
	count(power.names) > 0
	power.scope == "cluster"
}

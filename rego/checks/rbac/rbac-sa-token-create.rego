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

applies if roles.is_judged(input.labels, object.get(input.object, "rules", []))

deny contains {
	"path": power.path,
	"msg": roles.says(power),
	"severity": roles.level(power, "critical", "medium"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "create-tokens")
}

# Named accounts of one namespace are as narrow as it gets; the same names in every namespace are not.
deny contains {
	"path": power.path,
	"msg": roles.says(power),
	"severity": roles.level(power, "low", "low"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "create-named-tokens")
	count(power.names) > 0
	power.scope == "cluster"
}

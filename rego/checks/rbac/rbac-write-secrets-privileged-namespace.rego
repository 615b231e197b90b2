# METADATA
# title: Role allows to make tokens for accounts of the control plane
# description: >-
#   A Secret of type service-account-token is filled with a token of the account that it names; who writes Secrets in
#   kube-system and reads them becomes any account there, among them ones that may grant any permission.
# custom:
#   severity: critical
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Bind the role in other namespaces, or name the Secrets that are needed with resourceNames.
package audit.checks.rbac.rbac_write_secrets_privileged_namespace

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says(power),
	"severity": roles.by_holder(power, "critical"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "write-secrets")
	roles.is_privileged(power)
}

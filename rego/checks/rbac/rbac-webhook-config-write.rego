# METADATA
# title: Role allows to change admission webhooks
# description: >-
#   A mutating webhook sees and changes every object on its way into the cluster, pods of the control plane and
#   Secrets included; without the webhooks of a policy engine nothing is refused any more.
# custom:
#   severity: critical
#   scope: object
#   kinds: [ClusterRole]
#   remediation: Name the webhook configurations that the holder maintains with resourceNames.
package audit.checks.rbac.rbac_webhook_config_write

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says_who(power),
	"severity": roles.by_holder(power, severity(power)),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "write-webhooks")
}

# What mutates can put anything into every pod; what validates sees every object, and lets pass what it should refuse.
severity(power) := "critical" if power.rule in mutating

severity(power) := "high" if not power.rule in mutating

mutating := {grant.rule | some grant in rbac.grants(input.object.rules, "write-mutating-webhooks")}

# METADATA
# title: Role allows to read Secrets of every namespace
# description: >-
#   Among the Secrets of a cluster are tokens and keys of accounts that are stronger than their reader; list and watch
#   show the contents just like get.
# custom:
#   severity: critical
#   scope: object
#   kinds: [ClusterRole]
#   remediation: Bind the role in the namespaces whose Secrets are needed, or name them with resourceNames and get.
package audit.checks.rbac.rbac_read_secrets_cluster

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
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "read-secrets")
	power.scope == "cluster"
	# Who can also write them is reported by rbac-write-secrets-privileged-namespace.
	not roles.has(input.object.rules, "write-secrets")
}

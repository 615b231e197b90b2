# METADATA
# title: Role allows to change admission policies
# description: >-
#   A mutating admission policy changes every object on its way into the cluster; without the validating ones nothing
#   is refused any more.
# custom:
#   severity: critical
#   scope: object
#   kinds: [ClusterRole]
#   remediation: Leave admission policies to the administrators of the cluster, or name them with resourceNames.
package audit.checks.rbac.rbac_admission_policy_write

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
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "write-admission-policies")
}

# What mutates can put anything into every pod; what validates sees every object, and lets pass what it should refuse.
severity(power) := "critical" if power.rule in mutating

severity(power) := "high" if not power.rule in mutating

mutating := {grant.rule | some grant in rbac.grants(input.object.rules, "write-mutating-admission")}

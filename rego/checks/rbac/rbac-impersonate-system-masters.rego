# METADATA
# title: Role allows to act as the group of administrators
# description: >-
#   Members of system:masters may do everything, whatever roles and admission say about it; a rule that names the
#   group for impersonation is a hidden cluster-admin.
# custom:
#   severity: critical
#   scope: object
#   kinds: [ClusterRole]
#   remediation: Remove the group from resourceNames.
package audit.checks.rbac.rbac_impersonate_system_masters

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says_who(power),
	"severity": roles.by_holder(power, "critical"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "impersonate-administrators")
}

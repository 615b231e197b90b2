# METADATA
# title: Role allows to run commands in containers
# description: >-
#   Whoever can exec into a container has its files, its environment and the token of its service account; in the
#   whole cluster that includes the privileged pods of every node.
# custom:
#   severity: high
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Remove pods/exec from the rule, or grant it in one namespace to the people who debug there.
package audit.checks.rbac.rbac_pod_exec

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says(power),
	"severity": roles.level(power, "high", "medium"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "exec-pods")
}

# METADATA
# title: Role allows to attach to containers
# description: >-
#   Attaching reads what a process prints and, where stdin is open, types into it: for a shell or a debugger that is
#   the same as running commands.
# custom:
#   severity: high
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Remove pods/attach from the rule, or grant it in one namespace to the people who debug there.
package audit.checks.rbac.rbac_pod_attach

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
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "attach-pods")
	# Whoever can exec does not need to attach: rbac-pod-exec reports it.
	not roles.has(input.object.rules, "exec-pods")
}

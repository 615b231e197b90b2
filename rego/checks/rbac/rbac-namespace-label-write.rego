# METADATA
# title: Role allows to change labels of namespaces
# description: >-
#   Labels of a namespace set its Pod Security level and decide which network policies and webhooks mean it. A binding
#   in a namespace holds for that namespace itself, so who may start pods there can lift its limits.
# custom:
#   severity: high
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Remove update and patch on namespaces; create them with their labels.
package audit.checks.rbac.rbac_namespace_label_write

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says(power),
	"severity": roles.level(power, "medium", in_namespace),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "label-namespaces")
}

in_namespace := "high" if runs_pods

in_namespace := "medium" if not runs_pods

runs_pods if roles.can_run_pods(input.kind, input.namespace, input.name, input.object.rules)

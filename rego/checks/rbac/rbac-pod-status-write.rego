# METADATA
# title: Role allows to change the status of pods
# description: >-
#   The address and the readiness in a pod's status decide where a Service sends its traffic.
# custom:
#   severity: low
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Leave the status of pods to the kubelets.
package audit.checks.rbac.rbac_pod_status_write

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says(power),
	"severity": roles.by_holder(power, "low"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "write-pod-status")
}

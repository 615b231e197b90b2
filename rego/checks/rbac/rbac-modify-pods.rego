# METADATA
# title: Role allows to change pods that run
# description: >-
#   The image of a running pod can be replaced: the new one starts with the service account, volumes and privileges of
#   the old.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Remove update and patch on pods; labels and annotations are better set through what creates the pod.
package audit.checks.rbac.rbac_modify_pods

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says(power),
	"severity": roles.by_holder(power, "medium"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "modify-pods")
	# In the whole cluster and in a namespace of the control plane rbac-pods-in-privileged-namespace reports it.
	not roles.is_privileged(power)
	# Who can start pods does not need to change others.
	not roles.has(input.object.rules, "create-pods")
	not roles.has(input.object.rules, "write-pod-controllers")
}

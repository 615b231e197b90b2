# METADATA
# title: Role allows to change what workloads run
# description: >-
#   Who writes a Deployment, a Job or another controller starts pods through it: with any image, any service account
#   and any Secret of the namespace.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Grant it in the namespaces that the holder deploys to, and enforce a Pod Security level there.
package audit.checks.rbac.rbac_write_pod_controllers

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
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "write-pod-controllers")
	# In the whole cluster and in a namespace of the control plane rbac-pods-in-privileged-namespace reports it.
	not roles.is_privileged(power)
	# rbac-create-pods says the same.
	not roles.has(input.object.rules, "create-pods")
}

# METADATA
# title: Rolling update may neither add nor remove a pod
# description: >-
#   The API server refuses the object: with both bounds at 0 no pod could ever be replaced. A DaemonSet takes only
#   one of the two bounds.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Deployment, DaemonSet, StatefulSet]
#   unset: a Deployment has 25% for both, a DaemonSet maxUnavailable 1 and maxSurge 0
#   remediation: Set maxSurge or maxUnavailable above 0; for a DaemonSet with maxSurge set maxUnavailable to 0.
package audit.checks.workload.rollout_cannot_progress

import data.audit.lib.typed

none := {0, "0%"}

deny contains {"path": "/spec/strategy/rollingUpdate/maxSurge", "msg": "maxSurge and maxUnavailable are 0"} if {
	input.object.spec.strategy.rollingUpdate.maxSurge in none
	input.object.spec.strategy.rollingUpdate.maxUnavailable in none
}

bounds := typed.object(input.object.spec.updateStrategy.rollingUpdate)

deny contains {"path": "/spec/updateStrategy/rollingUpdate/maxUnavailable", "msg": msg} if {
	input.kind == "DaemonSet"
	unavailable := object.get(bounds, "maxUnavailable", 1)
	surge := object.get(bounds, "maxSurge", 0)
	count([b | some b in [unavailable, surge]; b in none]) != 1
	msg := sprintf("maxUnavailable %v, maxSurge %v", [unavailable, surge])
}

deny contains {"path": "/spec/updateStrategy/rollingUpdate/maxUnavailable", "msg": "maxUnavailable is 0"} if {
	input.kind == "StatefulSet"
	bounds.maxUnavailable in none
}

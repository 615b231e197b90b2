# METADATA
# title: Updates do not roll through the pods
# description: >-
#   Recreate stops all replicas before the first new one starts, an outage at every release. OnDelete replaces
#   nothing until somebody deletes the pods, so fixes are applied but do not run.
# custom:
#   severity: low
#   scope: object
#   kinds: [Deployment, DaemonSet, StatefulSet]
#   unset: the type is RollingUpdate
#   remediation: Set the type of the update strategy to RollingUpdate.
package audit.checks.workload.update_strategy_not_rolling

import data.audit.lib.typed

deny contains {"path": "/spec/strategy/type", "msg": sprintf("strategy is Recreate, %v replicas", [replicas])} if {
	input.object.spec.strategy.type == "Recreate"
	replicas := typed.number(input.object.spec.replicas)
	replicas > 1
}

deny contains {"path": "/spec/updateStrategy/type", "msg": "updateStrategy is OnDelete"} if {
	input.object.spec.updateStrategy.type == "OnDelete"
}

# METADATA
# title: Autoscaler's target does not exist
# description: >-
#   Nothing is scaled: the workload that was meant keeps its replicas under any load.
# custom:
#   severity: medium
#   scope: object
#   kinds: [HorizontalPodAutoscaler]
#   requires: {fail: [Deployment, StatefulSet, ReplicaSet, ReplicationController]}
#   remediation: Correct spec.scaleTargetRef, or delete the autoscaler.
package audit.checks.workload.hpa_target_dangling

import data.audit.lib.inv
import data.audit.lib.typed

deny contains {"path": "/spec/scaleTargetRef/name", "msg": sprintf("no %s %s", [target.kind, name])} if {
	target := input.object.spec.scaleTargetRef
	target.kind in {"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"}
	name := typed.string(target.name)
	not inv.exists(target.kind, input.namespace, name)
}

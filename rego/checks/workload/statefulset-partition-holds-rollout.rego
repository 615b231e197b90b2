# METADATA
# title: StatefulSet updates none of its pods
# description: >-
#   Pods with a number below the partition keep the old template. A partition of at least the replicas, left over
#   from a staged rollout, means that fixes are applied but do not run.
# custom:
#   severity: low
#   scope: object
#   kinds: [StatefulSet]
#   unset: partition is 0, all pods are updated
#   remediation: Lower the partition when the staged rollout is done.
package audit.checks.workload.statefulset_partition_holds_rollout

import data.audit.lib.typed

deny contains {"path": "/spec/updateStrategy/rollingUpdate/partition", "msg": msg} if {
	partition := typed.number(input.object.spec.updateStrategy.rollingUpdate.partition)
	replicas := typed.number(input.object.spec.replicas)
	partition > 0
	partition >= replicas
	msg := sprintf("partition %v, replicas %v", [partition, replicas])
}

# METADATA
# title: Pod template names a node
# description: >-
#   The pods bypass the scheduler: taints, resources and affinity are ignored, and when that node is gone nothing
#   runs.
# custom:
#   severity: low
#   scope: pod
#   kinds: [Deployment, DaemonSet, StatefulSet, ReplicaSet, ReplicationController, Job, CronJob]
#   unset: the scheduler chooses a node
#   remediation: Remove nodeName and use nodeSelector or affinity.
package audit.checks.workload.node_name_pinned

deny contains {"path": "/spec/nodeName", "msg": sprintf("nodeName is %v", [name])} if {
	name := input.pod.spec.nodeName
	name != ""
}

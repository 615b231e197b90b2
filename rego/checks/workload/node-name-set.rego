# METADATA
# title: Pod template names its node
# description: >-
#   A pod with nodeName goes past the scheduler, so it runs on that node whatever taints keep others away, the control
#   plane's among them, and stays down when that node is gone.
# custom:
#   severity: low
#   scope: pod
#   kinds: [PodTemplate, Deployment, ReplicaSet, ReplicationController, DaemonSet, StatefulSet, Job, CronJob]
#   unset: the scheduler chooses
#   remediation: Use nodeSelector or node affinity, with a toleration for each taint that is meant.
package audit.checks.workload.node_name_set

deny contains {"path": "/spec/nodeName", "msg": sprintf("nodeName is %v", [node])} if {
	node := input.pod.spec.nodeName
	node != ""
}

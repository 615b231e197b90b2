# METADATA
# title: NetworkPolicy selects no pod
# description: >-
#   No workload of the namespace carries the labels, so the policy protects nothing; often a label was renamed and its
#   pods are open since.
# custom:
#   severity: low
#   confidence: medium
#   scope: object
#   kinds: [NetworkPolicy]
#   requires: {fail: [Pod, Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob, ReplicationController]}
#   remediation: Correct the podSelector, or delete the policy.
package audit.checks.network.network_policy_dangling

import data.audit.lib.network_policies

deny contains {"path": "/spec/podSelector", "msg": "podSelector matches no workload of the namespace"} if {
	is_object(input.object.spec)
	not network_policies.selects_all(input.object)
	count([workload.name |
		some workload in inventory.list("Workload", input.namespace)
		workload.namespace == input.namespace
		network_policies.selects(input.object, object.get(workload.pod.metadata, "labels", {}))
	]) == 0
}

# METADATA
# title: Controller has a restart policy that it may not have
# description: >-
#   The API server refuses the object: only restartPolicy Always is accepted in the pod template of this kind.
# custom:
#   severity: medium
#   scope: pod
#   kinds: [Deployment, DaemonSet, StatefulSet, ReplicaSet, ReplicationController]
#   unset: restartPolicy is Always
#   remediation: Remove restartPolicy, or use a Job.
package audit.checks.workload.restart_policy_unsupported

deny contains {"path": "/spec/restartPolicy", "msg": sprintf("restartPolicy is %v", [policy])} if {
	policy := input.pod.spec.restartPolicy
	not policy in {"", "Always"}
}

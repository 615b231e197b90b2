# METADATA
# title: Controller limits the life of its pods
# description: >-
#   The API server refuses activeDeadlineSeconds in the pod template of this kind.
# custom:
#   severity: medium
#   scope: pod
#   kinds: [Deployment, DaemonSet, StatefulSet, ReplicaSet, ReplicationController]
#   remediation: Remove activeDeadlineSeconds, or use a Job.
package audit.checks.workload.active_deadline_unsupported

deny contains {"path": "/spec/activeDeadlineSeconds", "msg": sprintf("activeDeadlineSeconds is %v", [seconds])} if {
	seconds := input.pod.spec.activeDeadlineSeconds
}

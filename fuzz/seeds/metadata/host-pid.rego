# METADATA
# title: Pod shares the node's process namespace
# description: >-
#   A process in the pod sees every process of the node and reads the environment and files of those with the same user,
#   so one compromised container takes the secrets of others on that node and can kill them.
# custom:
#   severity: high
#   scope: pod
#   points: -9
#   unset: the pod has a process namespace of its own
#   remediation: Remove hostPID; for debugging use an ephemeral container with a target.
package audit.checks.workload.host_pid

deny contains {
	"path": "/spec/hostPID",
	"msg": "hostPID is true",
	"fix": [{"op": "remove", "path": "/spec/hostPID"}],
} if {
	input.pod.spec.hostPID == true
}

# METADATA
# title: Pod shares the node's IPC namespace
# description: >-
#   Shared memory and semaphores of the node's processes, and of other pods that do the same, can be read and written.
# custom:
#   severity: high
#   scope: pod
#   points: -9
#   unset: the pod has an IPC namespace of its own
#   remediation: Remove hostIPC; containers of one pod share memory through an emptyDir with medium Memory.
package audit.checks.workload.host_ipc

deny contains {
	"path": "/spec/hostIPC",
	"msg": "hostIPC is true",
	"fix": [{"op": "remove", "path": "/spec/hostIPC"}],
} if {
	input.pod.spec.hostIPC == true
}

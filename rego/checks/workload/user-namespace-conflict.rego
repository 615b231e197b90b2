# METADATA
# title: Pod asks for a user namespace together with what excludes it
# description: >-
#   The API server refuses a pod with hostUsers false that also shares processes or IPC with the node or uses a raw
#   block device, so it never runs.
# custom:
#   severity: low
#   scope: pod
#   remediation: Remove hostPID, hostIPC or volumeDevices, or give up hostUsers false.
package audit.checks.workload.user_namespace_conflict

applies if input.pod.spec.hostUsers == false

deny contains {"path": "/spec/hostPID", "msg": "hostPID is true beside hostUsers false"} if {
	input.pod.spec.hostPID == true
}

deny contains {"path": "/spec/hostIPC", "msg": "hostIPC is true beside hostUsers false"} if {
	input.pod.spec.hostIPC == true
}

deny contains {
	"path": sprintf("%s/volumeDevices/%v", [container.pointer, i]),
	"msg": "volumeDevices is set beside hostUsers false",
} if {
	some container in input.containers
	some i
	is_object(container.spec.volumeDevices[i])
}

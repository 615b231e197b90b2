# METADATA
# title: Container runtime's socket is mounted from the node
# description: >-
#   Whoever can talk to the container runtime starts a privileged container and is root on the node. A read-only mount
#   does not prevent it, and a mount of the socket's directory is the same.
# custom:
#   severity: critical
#   scope: pod
#   points: -9
#   remediation: >-
#     Remove the volume. Build images without a daemon, and read container facts from the kubelet or the API.
package audit.checks.workload.container_runtime_socket_mount

import data.audit.lib.hostpath

mounts := [mount | mount := input.containers[_].spec.volumeMounts[_]]

deny contains {
	"path": sprintf("/spec/volumes/%v/hostPath/path", [shown.index]),
	"msg": sprintf("hostPath %s leads to the container runtime's socket", [shown.text]),
	"severity": hostpath.severity(shown, "critical", true),
} if {
	some shown in hostpath.shown(input.pod.spec.volumes, mounts)
	hostpath.class(shown) == "runtime"
}

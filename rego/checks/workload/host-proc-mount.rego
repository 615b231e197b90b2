# METADATA
# title: Node's /proc is mounted
# description: >-
#   Through the node's /proc a process sees the command line of every process of the node, and what its user may read of
#   them; written by root it changes kernel settings that start a program on the node.
# custom:
#   severity: critical
#   scope: pod
#   points: -9
#   remediation: >-
#     Remove the volume. An exporter that has to read it mounts only the files it reads, read-only, and runs as its own
#     user.
package audit.checks.workload.host_proc_mount

import data.audit.lib.hostpath

mounts := [mount | mount := input.containers[_].spec.volumeMounts[_]]

default rooted := false

rooted if {
	some container in input.containers
	not container.security.runAsNonRoot == true
	not container.security.runAsUser > 0
}

worst(shown) := "critical" if shown.writable

worst(shown) := "high" if not shown.writable

deny contains {
	"path": sprintf("/spec/volumes/%v/hostPath/path", [shown.index]),
	"msg": sprintf("hostPath is %s", [shown.text]),
	"severity": hostpath.severity(shown, worst(shown), rooted),
} if {
	some shown in hostpath.shown(input.pod.spec.volumes, mounts)
	hostpath.class(shown) == "proc"
}

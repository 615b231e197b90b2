# METADATA
# title: Container sees files of the node that lead to control of it
# description: >-
#   With the node's root directory, keys, program directories or the kubelet's and runtime's data in reach, an attacker
#   in the container reads credentials of the node and of other pods or replaces what runs as root on the node.
# custom:
#   severity: critical
#   scope: pod
#   remediation: >-
#     Remove the volume, or mount only the files that are needed and read-only. Data that pods share belongs in a
#     PersistentVolume.
package audit.checks.workload.host_path_sensitive

import data.audit.lib.hostpath

mounts := [mount | mount := input.containers[_].spec.volumeMounts[_]]

default rooted := false

rooted if {
	some container in input.containers
	not container.security.runAsNonRoot == true
	not container.security.runAsUser > 0
}

mode(shown) := "writable" if shown.writable

mode(shown) := "read-only" if not shown.writable

deny contains {
	"path": sprintf("/spec/volumes/%v/hostPath/path", [shown.index]),
	"msg": sprintf("hostPath is %s, %s", [shown.text, mode(shown)]),
	"severity": hostpath.severity(shown, danger, rooted),
} if {
	some shown in hostpath.shown(input.pod.spec.volumes, mounts)
	hostpath.class(shown) == "sensitive"
	danger := hostpath.danger(shown.path, shown.writable)
}

# METADATA
# title: Container can write to a directory of the node
# description: >-
#   Root in the container leaves setuid programs, links or filled disks on the node, and what it writes outlives the pod
#   and is read by the next one there.
# custom:
#   severity: high
#   scope: pod
#   unset: mounts are writable
#   remediation: Use a PersistentVolume or an emptyDir, or set readOnly to true on the mount.
package audit.checks.workload.host_path_writable

import data.audit.lib.hostpath

mounts := [mount | mount := input.containers[_].spec.volumeMounts[_]]

default rooted := false

rooted if {
	some container in input.containers
	not container.security.runAsNonRoot == true
	not container.security.runAsUser > 0
}

shown := hostpath.shown(input.pod.spec.volumes, mounts)

# A pod whose only writable paths are worse than this has not passed it.
applies if count(offending) > 0

applies if count({element | some element in shown; element.writable}) == 0

applies if not input.pod.spec.volumes

offending contains element if {
	some element in shown
	hostpath.class(element) == "writable"
}

grade(path) := "medium" if hostpath.public(path)

grade(path) := "high" if not hostpath.public(path)

deny contains {
	"path": sprintf("/spec/volumes/%v/hostPath/path", [element.index]),
	"msg": sprintf("hostPath %s is mounted writable", [element.text]),
	"severity": hostpath.severity(element, grade(element.path), rooted),
} if {
	some element in offending
}

# METADATA
# title: Pod mounts a path of the node
# description: >-
#   The container sees files of the node and of whatever else runs there, its data stays behind when the pod moves, and
#   the pod does not fit the baseline Pod Security Standard.
# custom:
#   severity: medium
#   scope: pod
#   remediation: >-
#     Use a ConfigMap, an emptyDir or a PersistentVolume. Certificates and time zones come with the image.
package audit.checks.workload.host_path_volume

import data.audit.lib.hostpath

mounts := [mount | mount := input.containers[_].spec.volumeMounts[_]]

shown := hostpath.shown(input.pod.spec.volumes, mounts)

# A pod whose paths are all worse than this has not passed it.
applies if count(offending) > 0

applies if count(shown) == 0

applies if not input.pod.spec.volumes

offending contains element if {
	some element in shown
	hostpath.class(element) == "plain"
}

severity(element) := "low" if {
	hostpath.public(element.path)
} else := "low" if {
	not element.mounted
} else := "medium"

deny contains {
	"path": sprintf("/spec/volumes/%v/hostPath/path", [element.index]),
	"msg": sprintf("hostPath is %s", [element.text]),
	"severity": severity(element),
} if {
	some element in offending
}

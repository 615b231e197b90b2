# METADATA
# title: Pod's processes belong to group 0
# description: >-
#   As a supplementary group, 0 (root) opens files of that group on the node's mounts and in the image to a user that is
#   not root, and as fsGroup it makes the files of the volumes root's.
# custom:
#   severity: medium
#   scope: pod
#   remediation: Take 0 out of supplementalGroups, and use a group of the application's own as fsGroup.
package audit.checks.workload.supplemental_group_root

deny contains {
	"path": sprintf("/spec/securityContext/supplementalGroups/%v", [i]),
	"msg": "supplementalGroups contains 0 (root)",
} if {
	some i
	input.pod.spec.securityContext.supplementalGroups[i] == 0
	not input.pod.spec.hostUsers == false
}

deny contains {"path": "/spec/securityContext/fsGroup", "msg": "fsGroup is 0 (root)"} if {
	input.pod.spec.securityContext.fsGroup == 0
	not input.pod.spec.hostUsers == false
}

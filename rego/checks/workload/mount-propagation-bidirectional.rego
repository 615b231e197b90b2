# METADATA
# title: Mounts made in the container appear on the node
# description: >-
#   With Bidirectional propagation a process in the container puts mounts over directories of the node and of other pods
#   that share the volume, and they stay when it ends badly.
# custom:
#   severity: high
#   scope: container
#   unset: mounts stay inside, and later mounts of the node are not seen
#   remediation: Remove mountPropagation or use HostToContainer; only storage drivers need Bidirectional.
package audit.checks.workload.mount_propagation_bidirectional

deny contains {
	"path": sprintf("/volumeMounts/%v/mountPropagation", [i]),
	"msg": "mountPropagation is Bidirectional",
} if {
	some i
	input.container.spec.volumeMounts[i].mountPropagation == "Bidirectional"
}

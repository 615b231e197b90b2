# METADATA
# title: Volume in memory has no limit
# description: >-
#   An emptyDir in memory without sizeLimit grows up to the memory of the node when a container of the pod has no memory
#   limit, and takes the node's other pods down with it.
# custom:
#   severity: medium
#   scope: pod
#   unset: the limit is the sum of the containers' memory limits, or the node's memory
#   remediation: Set sizeLimit on the volume, and a memory limit on each container.
package audit.checks.workload.memory_volume_unbounded

import data.audit.lib.resources

# The kubelet sizes the volume by the memory limits, the pod's or all containers'.
limited if {
	every container in input.containers {
		bounded(container)
	}
}

bounded(container) if resources.limited(container.spec, input.pod.spec, input.namespace, "memory")

bounded(container) if container.type == "ephemeral"

deny contains {
	"path": sprintf("/spec/volumes/%v/emptyDir/sizeLimit", [i]),
	"msg": sprintf("sizeLimit is %v", [object.get(directory, "sizeLimit", "not set")]),
} if {
	some i
	directory := input.pod.spec.volumes[i].emptyDir
	directory.medium == "Memory"
	not sized(directory)
	not limited
}

# 0 is no limit.
sized(directory) if k8s.quantity(directory.sizeLimit) > 0

# METADATA
# title: Volume in memory has no limit
# description: >-
#   Files in it are counted as memory of the containers. Where a container has no limit either, writing files can use
#   up the memory of the node.
# custom:
#   severity: low
#   scope: pod
#   unset: an emptyDir in memory may grow to half of the node's memory
#   remediation: Set sizeLimit of the volume, or memory limits of all containers.
package audit.checks.workload.empty_dir_memory_unbounded

import data.audit.lib.resources
import data.audit.lib.typed

bounded if resources.amount(input.pod.spec, "limits", "memory")

bounded if {
	every c in input.containers { resources.amount(c.spec, "limits", "memory") }
}

deny contains {"path": sprintf("/spec/volumes/%v/emptyDir/sizeLimit", [i]), "msg": "sizeLimit is not set"} if {
	not bounded
	some i, v in typed.array(input.pod.spec.volumes)
	v.emptyDir.medium == "Memory"
	not v.emptyDir.sizeLimit
}

# METADATA
# title: Pod declares a volume that no container mounts
# description: >-
#   The volume is attached and must exist for the pod to start, but nothing uses it; a forgotten mount can mean data
#   is written elsewhere.
# custom:
#   severity: info
#   scope: pod
#   remediation: Mount the volume, or remove it.
package audit.checks.workload.volume_unused

import data.audit.lib.typed

mounted contains name if {
	some c in input.containers
	some field in ["volumeMounts", "volumeDevices"]
	some m in typed.array(c.spec[field])
	name := m.name
}

deny contains {"path": sprintf("/spec/volumes/%v", [i]), "msg": sprintf("volume %v is not mounted", [name])} if {
	some i, v in typed.array(input.pod.spec.volumes)
	name := v.name
	not name in mounted
}

# METADATA
# title: Two volumes have the same name
# description: >-
#   The API server refuses the pod, or one volume silently replaces the other while manifests are merged.
# custom:
#   severity: medium
#   scope: pod
#   remediation: Give every volume a name of its own.
package audit.checks.workload.volume_name_duplicate

import data.audit.lib.typed

deny contains {"path": sprintf("/spec/volumes/%v/name", [j]), "msg": sprintf("volume %v declared twice", [name])} if {
	some i, first in typed.array(input.pod.spec.volumes)
	some j, v in input.pod.spec.volumes
	i < j
	name := v.name
	first.name == name
}

# METADATA
# title: Volume has more than one source
# description: >-
#   The API server refuses the pod. It usually comes from a patch that adds a source without removing the old one.
# custom:
#   severity: medium
#   scope: pod
#   unset: a volume without a source is an emptyDir
#   remediation: Keep one source per volume.
package audit.checks.workload.volume_multiple_sources

import data.audit.lib.typed

deny contains {"path": sprintf("/spec/volumes/%v", [i]), "msg": sprintf("volume has %s", [names])} if {
	some i, v in typed.array(input.pod.spec.volumes)
	sources := object.keys(typed.object(v)) - {"name"}
	count(sources) > 1
	names := concat(" and ", sources)
}

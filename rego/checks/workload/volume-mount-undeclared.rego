# METADATA
# title: Container mounts a volume that the pod does not declare
# description: >-
#   The API server refuses the pod, so the workload never starts; it is usually a misspelt name.
# custom:
#   severity: medium
#   scope: container
#   remediation: Declare the volume in the pod spec, or correct the name.
package audit.checks.workload.volume_mount_undeclared

import data.audit.lib.typed

volumes contains name if {
	some v in typed.array(input.pod.spec.volumes)
	name := v.name
}

declared := volumes if input.kind != "StatefulSet"

# The claim templates of a StatefulSet are volumes of its pods.
declared := volumes | {t.metadata.name | some t in typed.array(set.spec.volumeClaimTemplates)} if {
	input.kind == "StatefulSet"
	set := inventory.get("StatefulSet", input.namespace, input.name)
}

deny contains {"path": sprintf("/%s/%v/name", [field, i]), "msg": sprintf("volume %v is not declared", [name])} if {
	known := declared
	some field in ["volumeMounts", "volumeDevices"]
	some i, m in typed.array(input.container.spec[field])
	name := m.name
	not name in known
}

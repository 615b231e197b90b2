# METADATA
# title: StatefulSet makes claims that no container mounts
# description: >-
#   Every pod pays for a volume that stays empty, and the data that should be on it is probably in the container and
#   lost with it.
# custom:
#   severity: low
#   scope: object
#   kinds: [StatefulSet]
#   remediation: Mount the claim, or remove the template.
package audit.checks.storage.volume_claim_template_unused

import data.audit.lib.typed

mounted contains name if {
	some list in ["initContainers", "containers"]
	some c in typed.array(input.object.spec.template.spec[list])
	some field in ["volumeMounts", "volumeDevices"]
	some m in typed.array(c[field])
	name := m.name
}

deny contains {"path": sprintf("/spec/volumeClaimTemplates/%v", [i]), "msg": sprintf("%v is not mounted", [name])} if {
	some i, t in typed.array(input.object.spec.volumeClaimTemplates)
	name := t.metadata.name
	not name in mounted
}

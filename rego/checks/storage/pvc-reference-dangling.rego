# METADATA
# title: Pod needs a PersistentVolumeClaim that does not exist
# description: >-
#   The pod stays pending until somebody creates the claim.
# custom:
#   severity: medium
#   scope: pod
#   requires: {fail: [PersistentVolumeClaim]}
#   confidence: medium
#   remediation: Create the claim, or correct claimName.
package audit.checks.storage.pvc_reference_dangling

import data.audit.lib.inv
import data.audit.lib.typed

deny contains {"path": path, "msg": sprintf("no PersistentVolumeClaim %s", [name])} if {
	some i, v in typed.array(input.pod.spec.volumes)
	name := typed.string(v.persistentVolumeClaim.claimName)
	not inv.exists("PersistentVolumeClaim", input.namespace, name)
	path := sprintf("/spec/volumes/%v/persistentVolumeClaim/claimName", [i])
}

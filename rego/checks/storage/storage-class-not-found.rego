# METADATA
# title: Claim asks for a storage class that does not exist
# description: >-
#   The claim stays pending, and so do the pods that need it.
# custom:
#   severity: medium
#   scope: object
#   kinds: [PersistentVolumeClaim, StatefulSet]
#   requires: {fail: [StorageClass, PersistentVolume]}
#   unset: the default class
#   remediation: Correct storageClassName, or create the class.
package audit.checks.storage.storage_class_not_found

import data.audit.lib.typed

claims contains {"path": "/spec/storageClassName", "class": class} if {
	input.kind == "PersistentVolumeClaim"
	not input.object.spec.volumeName # it has its volume
	class := input.object.spec.storageClassName
}

claims contains {"path": path, "class": class} if {
	some i, t in typed.array(input.object.spec.volumeClaimTemplates)
	class := t.spec.storageClassName
	path := sprintf("/spec/volumeClaimTemplates/%v/spec/storageClassName", [i])
}

# Volumes made by hand need no class, only its name.
offered(class) if {
	inventory.get("StorageClass", "", class)
} else if {
	some pv in inventory.list("PersistentVolume", "")
	pv.spec.storageClassName == class
}

deny contains {"path": c.path, "msg": sprintf("no StorageClass %s", [class])} if {
	some c in claims
	class := typed.string(c.class)
	class != ""
	not offered(class)
}

# METADATA
# title: StatefulSet claim is not for one node only
# description: >-
#   Each pod has a claim of its own; a volume that others can write as well gives up that separation for nothing.
# custom:
#   severity: info
#   scope: object
#   kinds: [StatefulSet]
#   points: 1
#   remediation: Set accessModes of the claim template to ReadWriteOnce or ReadWriteOncePod.
package audit.checks.storage.volume_claim_not_read_write_once

import data.audit.lib.typed

deny contains {"path": path, "msg": sprintf("accessModes is %v", [modes])} if {
	some i, t in typed.objects(input.object.spec.volumeClaimTemplates)
	modes := object.get(t, ["spec", "accessModes"], "not set")
	not modes in {["ReadWriteOnce"], ["ReadWriteOncePod"]}
	path := sprintf("/spec/volumeClaimTemplates/%v/spec/accessModes", [i])
}

# METADATA
# title: StatefulSet claim template lacks a required annotation
# description: >-
#   Backups and cost reports that go by the annotation miss the volume.
# custom:
#   severity: info
#   scope: object
#   kinds: [StatefulSet]
#   remediation: Add the annotation to the metadata of every claim template.
#   params:
#     annotation: {type: string, default: "", description: "Key of the annotation; the check needs it"}
package audit.checks.storage.volume_claim_annotation_missing

import data.audit.lib.names
import data.audit.lib.typed

key := data.params["volume-claim-annotation-missing"].annotation

applies if key != ""

deny contains {"path": path, "msg": sprintf("annotation %s is not set", [key])} if {
	some i, t in typed.objects(input.object.spec.volumeClaimTemplates)
	object.get(t, ["metadata", "annotations", key], "") == ""
	path := sprintf("/spec/volumeClaimTemplates/%v/metadata/annotations/%s", [i, names.token(key)])
}

# METADATA
# title: StatefulSet claim asks for no storage
# description: >-
#   The API server refuses every claim made from the template, so the pods are never created.
# custom:
#   severity: medium
#   scope: object
#   kinds: [StatefulSet]
#   points: 1
#   remediation: Set spec.resources.requests.storage of the claim template.
package audit.checks.storage.volume_claim_storage_request_missing

import data.audit.lib.typed

deny contains {"path": path, "msg": "storage request is not set"} if {
	some i, t in typed.array(input.object.spec.volumeClaimTemplates)
	not t.spec.resources.requests.storage
	path := sprintf("/spec/volumeClaimTemplates/%v/spec/resources/requests/storage", [i])
}

# METADATA
# title: Pod needs a resource claim or template that does not exist
# description: >-
#   The pod stays pending until somebody creates it.
# custom:
#   severity: medium
#   scope: pod
#   requires: {fail: [ResourceClaim, ResourceClaimTemplate]}
#   confidence: medium
#   since: "1.34"
#   remediation: Create the ResourceClaim or ResourceClaimTemplate, or correct the name.
package audit.checks.workload.resource_claim_not_found

import data.audit.lib.inv
import data.audit.lib.typed

kinds := {"resourceClaimName": "ResourceClaim", "resourceClaimTemplateName": "ResourceClaimTemplate"}

deny contains {"path": sprintf("/spec/resourceClaims/%v/%s", [i, field]), "msg": sprintf("no %s %s", [kind, name])} if {
	some i, c in typed.array(input.pod.spec.resourceClaims)
	some field, kind in kinds
	name := typed.string(c[field])
	not inv.exists(kind, input.namespace, name)
}

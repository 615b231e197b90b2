# METADATA
# title: Container uses a resource claim that the pod does not declare
# description: >-
#   The API server refuses the pod, so the workload never starts.
# custom:
#   severity: medium
#   scope: container
#   containers: [container, init, sidecar]
#   remediation: Declare the claim in resourceClaims of the pod, or correct the name.
package audit.checks.workload.resource_claim_undeclared

import data.audit.lib.typed

declared contains name if {
	some c in typed.array(input.pod.spec.resourceClaims)
	name := c.name
}

deny contains {"path": sprintf("/resources/claims/%v/name", [i]), "msg": sprintf("no resource claim %v", [name])} if {
	some i, c in typed.array(input.container.spec.resources.claims)
	name := c.name
	not name in declared
}

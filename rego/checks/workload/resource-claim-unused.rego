# METADATA
# title: Pod claims a resource that no container uses
# description: >-
#   A device is allocated, or the pod waits for one, for nothing.
# custom:
#   severity: low
#   scope: pod
#   remediation: Name the claim in resources.claims of a container, or remove it.
package audit.checks.workload.resource_claim_unused

import data.audit.lib.typed

used contains name if {
	some c in input.containers
	some claim in typed.array(c.spec.resources.claims)
	name := claim.name
}

used contains name if {
	some claim in typed.array(input.pod.spec.resources.claims)
	name := claim.name
}

deny contains {"path": sprintf("/spec/resourceClaims/%v", [i]), "msg": sprintf("claim %v is not used", [name])} if {
	some i, c in typed.array(input.pod.spec.resourceClaims)
	name := c.name
	not name in used
}

# METADATA
# title: Resource claim of the pod has no source, or two
# description: >-
#   The API server refuses the pod: a claim is either an existing one or made from a template.
# custom:
#   severity: medium
#   scope: pod
#   remediation: Set one of resourceClaimName and resourceClaimTemplateName.
package audit.checks.workload.resource_claim_invalid

import data.audit.lib.typed

deny contains {"path": sprintf("/spec/resourceClaims/%v", [i]), "msg": sprintf("%v sources", [count(sources)])} if {
	some i, c in typed.array(input.pod.spec.resourceClaims)
	sources := {f | some f in ["resourceClaimName", "resourceClaimTemplateName"]; c[f]}
	count(sources) != 1
}

# METADATA
# title: Volume claim requests storage
# description: >-
#   A volume of the right size is bound. One template is enough, and kubesec is content when there is none.
# custom:
#   severity: info
#   scope: object
#   kinds: ["*/StatefulSet"]
#   remediation: Set resources.requests.storage in the claim.
package audit.checks.kubesec.kubesec_volume_claim_requests_storage

# Templates with a spec; a StatefulSet without any is matched.
claims := [claim |
	is_array(input.object.spec.volumeClaimTemplates)
	some template in input.object.spec.volumeClaimTemplates
	claim := template.spec
]

deny contains {"path": "", "msg": "volumeClaimTemplates is empty"} if count(claims) == 0

deny contains {"path": "", "msg": "resources.requests.storage is set"} if {
	some claim in claims
	claim.resources.requests.storage
}

# METADATA
# title: Volume claim can be mounted by one node only
# description: >-
#   The volume has one writer. kubesec wants ReadWriteOnce to be the only mode of one of the templates, and is
#   content when there is none.
# custom:
#   severity: info
#   scope: object
#   kinds: ["*/StatefulSet"]
#   remediation: Use ReadWriteOnce as the only access mode.
package audit.checks.kubesec.kubesec_volume_claim_access_mode_read_write_once

# Templates with a spec; a StatefulSet without any is matched.
claims := [claim |
	is_array(input.object.spec.volumeClaimTemplates)
	some template in input.object.spec.volumeClaimTemplates
	claim := template.spec
]

deny contains {"path": "", "msg": "volumeClaimTemplates is empty"} if count(claims) == 0

deny contains {"path": "", "msg": "accessModes is ReadWriteOnce"} if {
	some claim in claims
	claim.accessModes == ["ReadWriteOnce"]
}

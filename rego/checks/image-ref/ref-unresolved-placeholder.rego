# METADATA
# title: Image still contains a placeholder
# description: >-
#   A placeholder that nothing replaced cannot be pulled, and as long as it stands there nobody can judge which image
#   will run.
# custom:
#   severity: medium
#   scope: pod
#   remediation: Render the template before it is applied or audited.
package audit.checks.image_ref.ref_unresolved_placeholder

import data.audit.lib.images

deny contains {"path": ref.path, "msg": sprintf("image %s contains a placeholder", [ref.text])} if {
	some ref in images.references(input.containers, input.pod.spec)
	images.is_placeholder(ref.text)
}

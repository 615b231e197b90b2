# METADATA
# title: Image has neither tag nor digest
# description: >-
#   Without tag and digest the runtime takes the tag latest, so every start may bring another program than the one
#   that was reviewed, and a roll-back brings nothing back.
# custom:
#   severity: medium
#   scope: pod
#   unset: the tag is latest
#   remediation: Name a version, best together with its digest.
package audit.checks.image_ref.ref_tag_missing

import data.audit.lib.images

deny contains {"path": ref.path, "msg": sprintf("image %s has neither tag nor digest", [ref.text])} if {
	some ref in images.references(input.containers, input.pod.spec)
	image := k8s.image(ref.text)
	not image.tag
	not image.digest
}

# METADATA
# title: Tag beside a digest is not checked
# description: >-
#   When both are given the digest decides and nobody compares it with the tag, so the version that people read may
#   not be the one that runs.
# custom:
#   severity: info
#   scope: pod
#   enabled: false
#   remediation: Let a tool write tag and digest together, or leave the tag out.
package audit.checks.image_ref.ref_digest_with_tag

import data.audit.lib.images

deny contains {"path": ref.path, "msg": sprintf("tag %s stands beside a digest", [tag])} if {
	some ref in images.references(input.containers, input.pod.spec)
	image := k8s.image(ref.text)
	image.digest
	tag := image.tag
}

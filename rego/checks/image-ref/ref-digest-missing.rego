# METADATA
# title: Image is not pinned by digest
# description: >-
#   A tag can be pushed again, so whoever controls the registry or its credentials replaces the program behind a
#   reviewed manifest; only a digest names the content itself.
# custom:
#   severity: low
#   scope: pod
#   enabled: false
#   remediation: Append the digest, as in name:tag@sha256:..., and let a tool keep it current.
package audit.checks.image_ref.ref_digest_missing

import data.audit.lib.images

deny contains {"path": ref.path, "msg": sprintf("image %s has no digest", [ref.text])} if {
	some ref in images.references(input.containers, input.pod.spec)
	image := k8s.image(ref.text)
	not image.digest
}

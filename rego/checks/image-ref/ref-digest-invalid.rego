# METADATA
# title: Digest of the image is malformed
# description: >-
#   The kubelet refuses a reference whose digest is not sha256, sha384 or sha512 in lower-case hex of full length, so
#   the container never starts.
# custom:
#   severity: high
#   scope: pod
#   remediation: Copy the digest as the registry gives it.
package audit.checks.image_ref.ref_digest_invalid

import data.audit.lib.images

deny contains {"path": ref.path, "msg": sprintf("digest %s is not valid", [digest])} if {
	some ref in images.references(input.containers, input.pod.spec)
	digest := images.digest(ref.text)
	not images.is_digest(digest)
	not images.is_placeholder(ref.text) # ref-unresolved-placeholder
}

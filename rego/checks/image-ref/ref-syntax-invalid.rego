# METADATA
# title: Image reference is not valid
# description: >-
#   A reference that breaks the grammar (upper case in the path, blanks, a scheme such as https://, a tag with
#   forbidden characters) is refused by the kubelet, so the container never starts.
# custom:
#   severity: high
#   scope: pod
#   remediation: Write the reference as registry/repository:tag, the path in lower case and without a scheme.
package audit.checks.image_ref.ref_syntax_invalid

import data.audit.lib.images

deny contains {"path": ref.path, "msg": sprintf("image %q is not a valid reference", [ref.text])} if {
	some ref in images.references(input.containers, input.pod.spec)
	not k8s.image(ref.text)
	not images.is_placeholder(ref.text) # ref-unresolved-placeholder
	not bad_digest(ref.text) # ref-digest-invalid
}

bad_digest(text) if {
	digest := images.digest(text)
	not images.is_digest(digest)
}

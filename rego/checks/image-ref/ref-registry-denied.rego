# METADATA
# title: Image is from a denied registry
# description: The registry or path is on the organisation's list of places that images must not come from.
# custom:
#   severity: high
#   scope: pod
#   params:
#     denied:
#       type: array
#       default: []
#       description: >-
#         Places that images must not come from: a host, a host and path, a domain (*.example.com), or a path of
#         Docker Hub.
#   remediation: Take the image from another registry.
package audit.checks.image_ref.ref_registry_denied

import data.audit.lib.images

denied := data.params["ref-registry-denied"].denied

applies if count(denied) > 0

deny contains {"path": ref.path, "msg": sprintf("image %s is from a denied registry", [ref.text])} if {
	some ref in images.references(input.containers, input.pod.spec)
	images.under_any(images.name(k8s.image(ref.text)), denied)
}

not_assessed contains sprintf("image %s cannot be read", [ref.text]) if {
	some ref in images.references(input.containers, input.pod.spec)
	not k8s.image(ref.text)
}

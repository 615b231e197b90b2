# METADATA
# title: Image is not at the required version
# description: The organisation requires certain versions of certain images, and the workload runs another one.
# custom:
#   severity: medium
#   scope: pod
#   params:
#     images:
#       type: array
#       default: []
#       description: References that say which tag a repository must have, such as registry.example.com/app:1.4.2.
#   remediation: Set the required version.
package audit.checks.image_ref.image_version_mismatch

import data.audit.lib.images

required := data.params["image-version-mismatch"].images

applies if count(required) > 0

deny contains {"path": ref.path, "msg": sprintf("image %s must have the tag %s", [ref.text, wanted.tag])} if {
	some ref in images.references(input.containers, input.pod.spec)
	image := k8s.image(ref.text)
	some text in required
	wanted := k8s.image(text)
	images.name(wanted) == images.name(image)
	object.get(image, "tag", "latest") != wanted.tag
}

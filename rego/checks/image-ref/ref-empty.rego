# METADATA
# title: Container has no image
# description: >-
#   A container without an image is refused by the API server, or never starts when nothing fills the image in.
# custom:
#   severity: high
#   scope: container
#   unset: the object is refused
#   remediation: Set image.
package audit.checks.image_ref.ref_empty

# OpenShift fills an image in when a trigger asks for it.
applies if {
	input.kind != "DeploymentConfig"
	not input.annotations["image.openshift.io/triggers"]
}

deny contains {"path": "/image", "msg": "image is not set"} if {
	object.get(input.container.spec, "image", null) == null
}

deny contains {"path": "/image", "msg": "image is empty"} if {
	text := input.container.spec.image
	is_string(text)
	trim_space(text) == ""
}

# METADATA
# title: Container runs the debug flavour of an image
# description: >-
#   Debug flavours add a shell and tools to an image that was minimal on purpose, so an intruder finds at hand what
#   the image was built to deny.
# custom:
#   severity: low
#   scope: container
#   containers: [container, init, sidecar]
#   remediation: Run the plain flavour; attach an ephemeral container to debug.
package audit.checks.image_ref.ref_debug_variant

import data.audit.lib.images

deny contains {"path": "/image", "msg": sprintf("tag %s is a debug flavour", [tag])} if {
	tag := input.container.image.tag
	is_debug(tag)
}

is_debug(tag) if "debug" in split(tag, "-")

# Chainguard calls its flavours with shell and package manager so.
is_debug(tag) if {
	images.host(input.container.image) == "cgr.dev"
	endswith(tag, "-dev")
}

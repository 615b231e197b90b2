# METADATA
# title: Service runs on a build image
# description: >-
#   An image with compilers and package tools lets an intruder build what is needed inside the container; the program
#   wants only a runtime.
# custom:
#   severity: low
#   confidence: medium
#   scope: container
#   containers: [container, sidecar]
#   kinds: [Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController]
#   remediation: Copy the built program into an image with the runtime alone.
package audit.checks.image_ref.ref_build_toolchain_image

import data.audit.lib.images

# Only kinds that run for long: a Job may well be the build.
deny contains {"path": "/image", "msg": sprintf("%s is a build image", [name])} if {
	name := images.official(input.container.image)
	name in data.tables.image_kinds.toolchains_official
	not runtime_only
}

deny contains {"path": "/image", "msg": sprintf("%s is a build image", [name])} if {
	name := images.name(input.container.image)
	name in data.tables.image_kinds.toolchains
}

deny contains {"path": "/image", "msg": sprintf("tag %s names a build variant", [tag])} if {
	tag := input.container.image.tag
	some word in split(tag, "-")
	word in data.tables.image_kinds.toolchain_words
}

# maven:3.9-jre does not exist, but erlang:27-slim and gcc's likes might: a tag that says so is believed.
runtime_only if {
	some word in split(input.container.image.tag, "-")
	word in data.tables.image_kinds.runtime_words
}

# METADATA
# title: Container runs a general-purpose operating system image
# description: >-
#   A whole distribution brings shells, package managers and hundreds of packages that the program does not need, and
#   every one of them is a tool for an intruder and a source of advisories.
# custom:
#   severity: low
#   scope: container
#   containers: [container, init, sidecar]
#   remediation: Build an image of the program on a minimal base.
package audit.checks.image_ref.ref_full_os_base

import data.audit.lib.images

deny contains {"path": "/image", "msg": sprintf("%s is a whole operating system", [name])} if {
	name := images.official(input.container.image)
	name in data.tables.image_kinds.os_official
}

deny contains {"path": "/image", "msg": sprintf("%s is a whole operating system", [name])} if {
	name := images.name(input.container.image)
	name in data.tables.image_kinds.os
}

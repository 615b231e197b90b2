# METADATA
# title: Official image is deprecated
# description: The official image is no longer built, so it keeps every hole that was found in its packages since.
# custom:
#   severity: medium
#   scope: container
#   remediation: Move to the image that succeeded it.
package audit.checks.image_ref.ref_image_deprecated

import data.audit.lib.images

deny contains {"path": "/image", "msg": sprintf("official image %s is deprecated", [base])} if {
	base := images.official(input.container.image)
	base in data.tables.image_retired.official
}

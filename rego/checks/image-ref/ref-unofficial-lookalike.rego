# METADATA
# title: Image of a Docker Hub user has an official image's name
# description: >-
#   Anybody can publish a repository named nginx or redis under an account of Docker Hub; what is in it is known only
#   to that account.
# custom:
#   severity: info
#   confidence: low
#   scope: container
#   params:
#     publishers:
#       type: array
#       default: []
#       description: Accounts of Docker Hub that are trusted besides the well-known publishers.
#   remediation: Use the official image or a verified publisher's, or list the account as trusted.
package audit.checks.image_ref.ref_unofficial_lookalike

import data.audit.lib.images

deny contains {"path": "/image", "msg": sprintf("%s is published by the account %s", [parts[2], parts[1]])} if {
	parts := split(images.name(input.container.image), "/")
	count(parts) == 3
	parts[0] == "docker.io"
	parts[2] in data.tables.image_names.official
	trusted := array.concat(data.tables.image_names.publishers, data.params["ref-unofficial-lookalike"].publishers)
	not parts[1] in array.concat(["library"], trusted)
}

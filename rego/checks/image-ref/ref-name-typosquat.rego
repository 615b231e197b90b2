# METADATA
# title: Image's name is one slip away from a well-known one
# description: >-
#   Names such as ngnix are registered by people who wait for typing errors; the pod then runs their program with the
#   rights of the one that was meant.
# custom:
#   severity: medium
#   confidence: low
#   scope: container
#   params:
#     known:
#       type: array
#       default: []
#       description: Accounts and repository names of Docker Hub that are meant as written.
#   remediation: Correct the name, or list it as known.
package audit.checks.image_ref.ref_name_typosquat

import data.audit.lib.images
import data.audit.lib.similar

# Only on Docker Hub can a stranger register a name; a name of one's own elsewhere is no trap.
deny contains {"path": "/image", "msg": sprintf("%s is one edit away from %s", [part, twin])} if {
	parts := split(images.name(input.container.image), "/")
	parts[0] == "docker.io"
	not parts[1] in data.tables.image_names.publishers
	some i, originals in {1: data.tables.image_names.publishers, 2: data.tables.image_names.official}
	part := parts[i]
	count(part) >= 5
	not part in data.tables.image_names.official
	not part in data.params["ref-name-typosquat"].known
	twin := similar.twin(part, originals)
}

# METADATA
# title: Tag names a version that has reached its end of life
# description: >-
#   A runtime or distribution past its end of life gets no more security fixes, so every hole found since stays open
#   in the container.
# custom:
#   severity: medium
#   scope: container
#   remediation: Move to a version that is maintained.
package audit.checks.image_ref.ref_eol_tag

import data.audit.lib.images

# One finding for the one tag, however many of its parts are out of date.
deny contains {"path": "/image", "msg": concat(", ", ended)} if {
	ended := product_ended | base_ended
	count(ended) > 0
}

product_ended contains sprintf("%s %s ended on %s", [name, version, date]) if {
	name := images.official(input.container.image)
	some version, date in data.tables.image_eol.official[name]
	is_version(trim_prefix(input.container.image.tag, "v"), version)
	date < data.run.date
}

base_ended contains sprintf("%s ended on %s", [word, date]) if {
	some word in split(input.container.image.tag, "-")
	date := data.tables.image_eol.words[word]
	date < data.run.date
}

base_ended contains sprintf("alpine %s ended on %s", [version, date]) if {
	some word in split(input.container.image.tag, "-")
	some version, date in data.tables.image_eol.official.alpine
	["", text] := split(word, "alpine")
	is_version(text, version)
	date < data.run.date
}

is_version(text, version) if text == version

is_version(text, version) if startswith(text, sprintf("%s.", [version]))

is_version(text, version) if startswith(text, sprintf("%s-", [version]))

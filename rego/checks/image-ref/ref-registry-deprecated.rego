# METADATA
# title: Image comes from a retired registry
# description: >-
#   A frozen or retired registry gets no more fixes, and one day its images are gone: the pod then fails at its next
#   start on a new node.
# custom:
#   severity: medium
#   scope: pod
#   remediation: Take the image from the place that succeeded it.
package audit.checks.image_ref.ref_registry_deprecated

import data.audit.lib.images

deny contains {"path": ref.path, "msg": sprintf("%s is retired since %s", [row.place, row.since])} if {
	some ref in images.references(input.containers, input.pod.spec)
	name := images.name(k8s.image(ref.text))
	some row in retired(name)
	row.since <= data.run.date
}

retired(name) := {row |
	some row in data.tables.image_retired.places
	images.under(name, row.place)
}

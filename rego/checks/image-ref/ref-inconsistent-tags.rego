# METADATA
# title: One repository runs at several versions in a namespace
# description: >-
#   Workloads of one namespace that run different versions of the same image are often a roll-out that somebody forgot
#   to finish, and the older one keeps its holes.
# custom:
#   severity: info
#   scope: pod
#   enabled: false
#   remediation: Bring the workloads to one version.
package audit.checks.image_ref.ref_inconsistent_tags

import data.audit.lib.images

deny contains {"path": ref.path, "msg": sprintf("%s is %s here and %s elsewhere", [name, version(image), list])} if {
	some ref in images.references(input.containers, {})
	image := k8s.image(ref.text)
	name := images.name(image)
	others := {version(it) |
		some workload in inventory.list("Workload", input.namespace)
		workload.namespace == input.namespace
		some field in ["containers", "initContainers"]
		some container in workload.pod.spec[field]
		it := k8s.image(container.image)
		images.name(it) == name
	} - {version(image)}
	count(others) > 0
	list := concat(", ", others)
}

version(image) := object.get(image, "digest", object.get(image, "tag", "latest"))

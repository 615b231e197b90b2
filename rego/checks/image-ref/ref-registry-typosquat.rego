# METADATA
# title: Registry imitates a well-known one
# description: >-
#   Hosts such as ghrc.io answer as registries, collect the credentials that a node presents and can hand out any
#   image.
# custom:
#   severity: high
#   confidence: medium
#   scope: pod
#   params:
#     known:
#       type: array
#       default: []
#       description: Hosts that are meant as written.
#   remediation: Correct the host, or list it as known.
package audit.checks.image_ref.ref_registry_typosquat

import data.audit.lib.images
import data.audit.lib.similar

deny contains {"path": ref.path, "msg": sprintf("registry %s imitates a well-known one", [host])} if {
	some ref in images.references(input.containers, input.pod.spec)
	host := images.host(k8s.image(ref.text))
	not host in data.tables.registries.public
	not host in data.params["ref-registry-typosquat"].known
	imitates(host)
}

imitates(host) if host in data.tables.registries.imitations

imitates(host) if similar.twin(host, data.tables.registries.imitated)

imitates(host) if {
	shape := similar.shape(host)
	some original in data.tables.registries.imitated
	similar.shape(original) == shape
}

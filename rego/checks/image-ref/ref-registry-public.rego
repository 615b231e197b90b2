# METADATA
# title: Image is pulled straight from a public registry
# description: >-
#   A workload that pulls from a public registry starts only while that registry answers and still has the image, and
#   takes what its publisher pushed without a look of one's own.
# custom:
#   severity: low
#   scope: pod
#   enabled: false
#   remediation: Mirror the image into a registry of your own.
package audit.checks.image_ref.ref_registry_public

import data.audit.lib.images

deny contains {"path": ref.path, "msg": sprintf("registry %s is public", [host])} if {
	some ref in images.references(input.containers, input.pod.spec)
	host := images.host(k8s.image(ref.text))
	host in data.tables.registries.public
}

# METADATA
# title: Image is from outside the allowed registries
# description: >-
#   An image from a registry that nobody vouches for runs with all the rights of the workload; a list of allowed
#   places keeps typing errors and strangers' images out.
# custom:
#   severity: high
#   scope: pod
#   params:
#     allowed:
#       type: array
#       default: []
#       description: >-
#         Places that images may come from: a host (registry.example.com:5000), a host and path (ghcr.io/example), a
#         domain (*.example.com), or a path of Docker Hub (bitnami).
#   remediation: Mirror the image into an allowed registry, or add its place to the list.
package audit.checks.image_ref.ref_registry_not_allowed

import data.audit.lib.images

allowed := data.params["ref-registry-not-allowed"].allowed

deny contains {"path": ref.path, "msg": sprintf("image %s is from outside the allowed registries", [ref.text])} if {
	count(allowed) > 0
	some ref in images.references(input.containers, input.pod.spec)
	name := images.name(k8s.image(ref.text))
	not images.under_any(name, allowed)
}

# Without a list nothing was judged, and a pass would promise what nobody asked for.
not_assessed contains "no list of allowed registries is configured" if count(allowed) == 0

not_assessed contains sprintf("image %s cannot be read", [ref.text]) if {
	some ref in images.references(input.containers, input.pod.spec)
	not k8s.image(ref.text)
}

# METADATA
# title: Image names no registry
# description: >-
#   A short name is completed by the runtime of each node: containerd takes Docker Hub, CRI-O and Podman walk a list
#   of registries that the node's administrator wrote, and the first answer wins.
# custom:
#   severity: low
#   scope: pod
#   enabled: false
#   unset: containerd takes docker.io
#   remediation: Write the registry's host in front of the repository.
package audit.checks.image_ref.ref_registry_implicit

import data.audit.lib.images

deny contains {"path": ref.path, "msg": sprintf("image %s names no registry", [ref.text])} if {
	some ref in images.references(input.containers, input.pod.spec)
	k8s.image(ref.text)
	not images.has_host(ref.text)
}

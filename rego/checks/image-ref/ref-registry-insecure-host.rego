# METADATA
# title: Registry's host does without TLS or belongs to the node
# description: >-
#   Addresses, single-label names, .local names and port 80 rarely carry a certificate that a node would accept, so
#   such a registry is usually configured as insecure and anybody on the path can replace the image.
# custom:
#   severity: medium
#   confidence: medium
#   scope: pod
#   params:
#     trusted:
#       type: array
#       default: []
#       description: Registries of this kind that are known to be served with TLS.
#   remediation: Serve the registry with TLS under a DNS name, or list it as trusted.
package audit.checks.image_ref.ref_registry_insecure_host

import data.audit.lib.images

deny contains {"path": ref.path, "msg": sprintf("registry %s %s", [host, reason])} if {
	some ref in images.references(input.containers, input.pod.spec)
	image := k8s.image(ref.text)
	host := images.host(image)
	name := split(host, ":")[0]
	reason := weakness(host, name)
	not images.under_any(images.name(image), data.params["ref-registry-insecure-host"].trusted)
}

weakness(host, name) := "is the node itself" if is_loopback(name)

else := "is an address" if regex.match("^[0-9]+(\\.[0-9]+){3}$", name)

else := "is a single-label name" if not contains(name, ".")

else := "is a .local name" if endswith(name, ".local")

else := "has port 80" if endswith(host, ":80")

is_loopback(name) if name == "localhost"

is_loopback(name) if startswith(name, "127.")

# METADATA
# title: No pull secret has credentials for the image
# description: >-
#   The pod names pull secrets, but none of them holds a credential for the registry and path of this image, so it is
#   pulled anonymously and fails, or runs from a node's cache.
# custom:
#   severity: medium
#   scope: pod
#   requires: {pass: [Secret]}
#   remediation: Add the image's registry to a pull secret, or correct the image.
package audit.checks.image_ref.ref_pull_secret_host_mismatch

import data.audit.lib.images
import data.audit.lib.pull_secrets

# A registry that serves the public needs none.
wanted contains ref if {
	some ref in images.references(input.containers, input.pod.spec)
	host := images.host(k8s.image(ref.text))
	not host in data.tables.registries.public
}

named := pull_secrets.names(input.pod.spec)

applies if {
	count(named) > 0
	count(wanted) > 0
}

keys := {name: pull_secrets.credentials(secret) |
	some name in named
	secret := inventory.get("Secret", input.namespace, name)
}

deny contains {"path": ref.path, "msg": sprintf("no pull secret has credentials for image %s", [ref.text])} if {
	count(keys) == count(named) # else one of them is not readable
	some ref in wanted
	image := images.name(k8s.image(ref.text))
	count({key | some list in keys; some key in list; pull_secrets.fits(key, image)}) == 0
}

not_assessed contains sprintf("the content of pull secret %s is not at hand", [name]) if {
	some name in named
	not keys[name]
}

# METADATA
# title: Registry's host is written in punycode
# description: >-
#   A label that begins with xn-- is shown as letters of another alphabet, which can look exactly like a registry that
#   people trust.
# custom:
#   severity: medium
#   scope: pod
#   remediation: Use a registry under a plain name.
package audit.checks.image_ref.ref_host_punycode

import data.audit.lib.images

# A host with letters beyond ASCII is no valid reference at all: ref-syntax-invalid.
deny contains {"path": ref.path, "msg": sprintf("registry %s is written in punycode", [host])} if {
	some ref in images.references(input.containers, input.pod.spec)
	host := images.host(k8s.image(ref.text))
	some label in split(host, ".")
	startswith(label, "xn--")
}

# METADATA
# title: Ingress serves plain HTTP
# description: >-
#   Without TLS everyone on the way reads and changes what clients and the application exchange, session cookies and
#   credentials included.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Ingress]
#   unset: the controller answers on port 80 only, or with a certificate that no client trusts
#   remediation: Set spec.tls with a Secret that holds a certificate for the hosts, or have cert-manager create one.
package audit.checks.exposure.ingress_no_tls

import data.audit.lib.ingress

# An ACME challenge has to be answered in plain HTTP.
applies if not input.labels["acme.cert-manager.io/http01-solver"]

deny contains {"path": "/spec/tls", "msg": "spec.tls is not set"} if {
	not input.object.spec.tls[0]
	not ingress.tls_elsewhere(input.object.spec, input.annotations)
}

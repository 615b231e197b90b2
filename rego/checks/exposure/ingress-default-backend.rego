# METADATA
# title: Ingress sets a backend for all unclaimed requests
# description: >-
#   The default backend receives every request that no rule of any Ingress of the class matches, also those for host
#   names of other teams, with their cookies and tokens.
# custom:
#   severity: low
#   scope: object
#   kinds: [Ingress]
#   unset: the controller answers unmatched requests itself, usually with 404
#   remediation: Replace the default backend with rules for the hosts that the application serves.
package audit.checks.exposure.ingress_default_backend

import data.audit.lib.ingress

deny contains {"path": concat("/", ["/spec", field]), "msg": sprintf("%s is set", [field])} if {
	# `backend` was the name in the beta versions.
	some field in ["defaultBackend", "backend"]
	input.object.spec[field]
	not ingress.dedicated(input.object.spec, input.annotations)
}

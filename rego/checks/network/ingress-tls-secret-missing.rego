# METADATA
# title: Ingress names a TLS Secret that does not exist
# description: >-
#   The controller answers with its own self-signed certificate, so users learn to click warnings away.
# custom:
#   severity: low
#   scope: object
#   kinds: [Ingress]
#   requires: {fail: [Secret]}
#   confidence: medium
#   remediation: Create the Secret, or let cert-manager issue it.
package audit.checks.network.ingress_tls_secret_missing

import data.audit.lib.refs
import data.audit.lib.typed

# cert-manager makes the Secret of an Ingress with one of its annotations.
issued if {
	some key, _ in typed.object(input.annotations)
	startswith(key, "cert-manager.io/")
}

issued if input.annotations["kubernetes.io/tls-acme"] == "true"

deny contains {"path": sprintf("/spec/tls/%v/secretName", [i]), "msg": sprintf("no Secret %s", [name])} if {
	not issued
	some i, tls in typed.array(input.object.spec.tls)
	name := typed.string(tls.secretName)
	name != ""
	not refs.secret(input.namespace, name)
}

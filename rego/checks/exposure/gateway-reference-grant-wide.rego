# METADATA
# title: ReferenceGrant opens every Secret of the namespace
# description: >-
#   A grant without a name lets Gateways of the other namespace serve with any certificate and private key kept here,
#   not only with the one that was meant.
# custom:
#   severity: medium
#   scope: object
#   kinds: [gateway.networking.k8s.io/ReferenceGrant]
#   unset: every object of the kind may be referenced
#   remediation: Name the Secret in spec.to, one entry for each.
package audit.checks.exposure.gateway_reference_grant_wide

import data.audit.lib.typed

deny contains {"path": sprintf("/spec/to/%d/name", [i]), "msg": sprintf("any Secret, for namespace %s", [from])} if {
	some i, target in typed.array(input.object.spec.to)
	target.kind == "Secret"
	object.get(target, "name", "") == ""
	from := concat(", ", {source.namespace | some source in typed.array(input.object.spec.from)})
}

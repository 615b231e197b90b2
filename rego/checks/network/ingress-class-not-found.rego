# METADATA
# title: Ingress asks for a class that does not exist
# description: >-
#   No controller serves the Ingress: the host is not reachable, and its rules protect nothing.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Ingress]
#   requires: {fail: [IngressClass]}
#   confidence: medium
#   unset: the default class, if there is one
#   remediation: Correct spec.ingressClassName, or create the class.
package audit.checks.network.ingress_class_not_found

import data.audit.lib.typed

deny contains {"path": "/spec/ingressClassName", "msg": sprintf("no IngressClass %s", [class])} if {
	class := typed.string(input.object.spec.ingressClassName)
	not inventory.get("IngressClass", "", class)
}

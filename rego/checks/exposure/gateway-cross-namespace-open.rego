# METADATA
# title: Gateway takes routes from every namespace
# description: >-
#   Whoever may create a route in any namespace attaches it here, claims a host name of another team and receives its
#   requests under a trusted certificate.
# custom:
#   severity: medium
#   scope: object
#   kinds: [gateway.networking.k8s.io/Gateway]
#   unset: routes of the Gateway's own namespace, and no listener sets of others
#   remediation: Use from Same, or Selector with a label that only cluster administrators set on namespaces.
package audit.checks.exposure.gateway_cross_namespace_open

import data.audit.lib.typed

deny contains {"path": sprintf("/spec/listeners/%d/allowedRoutes/namespaces/%s", [i, field]), "msg": msg} if {
	some i, listener in typed.array(input.object.spec.listeners)
	[field, msg] := everyone(listener.allowedRoutes.namespaces)
}

deny contains {"path": concat("/", ["/spec/allowedListeners/namespaces", field]), "msg": msg} if {
	[field, msg] := everyone(input.object.spec.allowedListeners.namespaces)
}

everyone(namespaces) := ["from", "from is All"] if namespaces.from == "All"

# An empty selector selects every namespace.
everyone(namespaces) := ["selector", "selector is empty"] if {
	namespaces.from == "Selector"
	is_object(namespaces.selector)
	object.get(namespaces.selector, "matchLabels", {}) == {}
	object.get(namespaces.selector, "matchExpressions", []) == []
}

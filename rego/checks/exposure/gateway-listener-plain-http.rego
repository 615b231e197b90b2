# METADATA
# title: Gateway serves routes in plain HTTP
# description: >-
#   A route that attaches to an HTTP listener and does not redirect is served without TLS, often next to its HTTPS copy
#   because it names the Gateway and no listener. Everyone on the way reads and changes the exchange.
# custom:
#   severity: medium
#   scope: object
#   kinds: [gateway.networking.k8s.io/Gateway]
#   requires: {pass: [gateway.networking.k8s.io/HTTPRoute]}
#   remediation: >-
#     Name the HTTPS listener in the parentRefs of the routes, and attach to the HTTP listener one route that redirects
#     to https.
package audit.checks.exposure.gateway_listener_plain_http

import data.audit.lib.inv
import data.audit.lib.typed

deny contains {"path": sprintf("/spec/listeners/%d/protocol", [i]), "msg": msg, "object": served[0]} if {
	some i, listener in typed.array(input.object.spec.listeners)
	listener.protocol == "HTTP"
	served := sort([inv.id("HTTPRoute", namespace, route.metadata.name) |
		some route in inventory.list("gateway.networking.k8s.io/HTTPRoute", "")
		namespace := inv.namespace(route)
		admitted(listener, namespace)
		attached(listener, namespace, route.spec.parentRefs)
		overlapping(object.get(listener, "hostname", ""), route.spec)
		serves(route)
	])
	msg := sprintf("listener %s serves %d routes in plain HTTP, first %s", [listener.name, count(served), served[0]])
}

admitted(_, namespace) if namespace == input.namespace

admitted(listener, _) if listener.allowedRoutes.namespaces.from in {"All", "Selector"}

attached(listener, namespace, parents) if {
	some parent in typed.array(parents)
	is_object(parent)
	object.get(parent, "kind", "Gateway") == "Gateway"
	parent.name == input.name
	object.get(parent, "namespace", namespace) == input.namespace
	object.get(parent, "sectionName", listener.name) == listener.name
	object.get(parent, "port", listener.port) == listener.port
}

overlapping(hostname, _) if hostname == ""

overlapping(_, spec) if not spec.hostnames[0]

overlapping(hostname, spec) if {
	some name in typed.array(spec.hostnames)
	within(hostname, name)
}

overlapping(hostname, spec) if {
	some name in typed.array(spec.hostnames)
	within(name, hostname)
}

within(pattern, name) if pattern == name

within(pattern, name) if {
	is_string(pattern)
	is_string(name)
	startswith(pattern, "*.")
	endswith(name, trim_prefix(pattern, "*"))
}

# An ACME challenge has to be answered in plain HTTP.
serves(route) if {
	not route.metadata.labels["acme.cert-manager.io/http01-solver"]
	some rule in typed.array(route.spec.rules)
	not redirects(rule)
}

redirects(rule) if {
	some filter in typed.array(rule.filters)
	filter.requestRedirect.scheme == "https"
}

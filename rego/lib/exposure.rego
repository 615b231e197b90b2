# What makes a pod reachable from outside the cluster.
package audit.lib.exposure

# Services of the namespace whose selector matches the labels; one without a selector has endpoints of its own.
selecting(namespace, labels) := [service |
	some service in inventory.selecting("Service", namespace, "selector", labels)
	object.get(service.metadata, "namespace", "") == namespace
	not service.spec.type == "ExternalName"
	is_object(service.spec.selector)
	count(service.spec.selector) > 0
]

# Does the Service itself open a way in?
is_external(spec) if spec.type in {"NodePort", "LoadBalancer"}

is_external(spec) if {
	is_array(spec.externalIPs)
	count(spec.externalIPs) > 0
}

# Ways in, in words: of the Services themselves, of an Ingress, of a route of the Gateway API, of Istio.
by_service(services) := {sprintf("Service %s (%s)", [s.metadata.name, object.get(s.spec, "type", "ClusterIP")]) |
	some s in services
	is_external(s.spec)
}

by_ingress(namespace, services) := {sprintf("Ingress %s", [ingress.metadata.name]) |
	some s in services
	some ingress in to(namespace, s.metadata.name)
	object.get(ingress.metadata, "namespace", "") == namespace
}

# Ingresses that lead to the Service.
to(namespace, service) := array.concat(
	inventory.find("Ingress", namespace, "spec.rules[].http.paths[].backend.service.name", service),
	inventory.find("Ingress", namespace, "spec.defaultBackend.service.name", service),
)

by_route(namespace, services) := {sprintf("%s %s", [route.kind, route.metadata.name]) |
	some kind in data.tables.exposure.routes
	some route in inventory.list(kind, "")
	some rule in route.spec.rules
	some backend in rule.backendRefs
	own := object.get(route.metadata, "namespace", "")
	object.get(backend, "namespace", own) == namespace
	some s in services
	backend.name == s.metadata.name
}

by_virtual_service(namespace, services) := {sprintf("VirtualService %s", [virtual.metadata.name]) |
	some virtual in inventory.list("networking.istio.io/VirtualService", "")
	some gateway in virtual.spec.gateways
	gateway != "mesh"
	some protocol in ["http", "tcp", "tls"]
	some rule in virtual.spec[protocol]
	some step in rule.route
	some s in services
	is_host_of(step.destination.host, s.metadata.name, namespace, object.get(virtual.metadata, "namespace", ""))
}

# A short name belongs to the namespace of the object that writes it.
is_host_of(host, name, namespace, own) if {
	host == name
	own == namespace
}

is_host_of(host, name, namespace, _) if host == sprintf("%s.%s", [name, namespace])

is_host_of(host, name, namespace, _) if startswith(host, sprintf("%s.%s.svc", [name, namespace]))

# METADATA
# title: Ingress or route points to a missing Service
# description: >-
#   Clients get errors, and whoever may create a Service of that name receives their requests.
# custom:
#   severity: low
#   scope: object
#   kinds:
#   - Ingress
#   - gateway.networking.k8s.io/GRPCRoute
#   - gateway.networking.k8s.io/HTTPRoute
#   - gateway.networking.k8s.io/TCPRoute
#   - gateway.networking.k8s.io/TLSRoute
#   - gateway.networking.k8s.io/UDPRoute
#   requires: {fail: [Service]}
#   remediation: Correct the name or the port of the Service, or remove the rule.
package audit.checks.exposure.ingress_dangling_backend

import data.audit.lib.inv
import data.audit.lib.typed

deny contains {"path": concat("/", [ref.path, "name"]), "msg": sprintf("Service %s does not exist", [ref.name])} if {
	some ref in references
	not inv.exists("Service", ref.namespace, ref.name)
}

deny contains {"path": concat("/", [ref.path, "port"]), "msg": msg} if {
	some ref in references
	service := inventory.get("Service", ref.namespace, ref.name)
	not service.spec.type == "ExternalName"
	not offers(service, ref.port)
	some value in ref.port
	msg := sprintf("Service %s has no port %v", [ref.name, value])
}

offers(service, port) if {
	some offered in typed.array(service.spec.ports)
	offered.port == port.number
}

offers(service, port) if {
	some offered in typed.array(service.spec.ports)
	offered.name == port.name
}

references contains ref if ref := reference("/spec/defaultBackend/service", input.object.spec.defaultBackend.service)

references contains ref if {
	some i, rule in typed.array(input.object.spec.rules)
	some j, entry in typed.array(rule.http.paths)
	path := sprintf("/spec/rules/%d/http/paths/%d/backend/service", [i, j])
	ref := reference(path, entry.backend.service)
}

# A backend of a route is a Service unless it says otherwise.
references contains {"path": path, "name": backend.name, "namespace": namespace, "port": port} if {
	some i, rule in typed.array(input.object.spec.rules)
	some j, backend in typed.array(rule.backendRefs)
	is_object(backend)
	object.get(backend, "kind", "Service") == "Service"
	object.get(backend, "group", "") == ""
	path := sprintf("/spec/rules/%d/backendRefs/%d", [i, j])
	namespace := object.get(backend, "namespace", input.namespace)
	port := {"number": number | number := backend.port}
}

# The AWS controller takes the name for that of an annotation when the port is called use-annotation.
reference(path, service) := {"path": path, "name": service.name, "namespace": input.namespace, "port": port} if {
	port := object.get(service, "port", {})
	is_object(port)
	not port.name == "use-annotation"
}

# METADATA
# title: Administrative interface is reachable from outside the cluster
# description: >-
#   Interfaces of this kind show or run what the cluster does, many of them without a login; attackers search the
#   internet for them.
# custom:
#   severity: high
#   confidence: medium
#   scope: pod
#   requires: {pass: [Service, Ingress]}
#   remediation: Reach it through kubectl port-forward, a VPN or a proxy that asks for a login.
package audit.checks.exposure.exposure_sensitive_interface

import data.audit.lib.exposure
import data.audit.lib.images

open_ends := {end | some end in data.tables.exposure.open_interfaces}

login_ends := {end | some end in data.tables.exposure.login_interfaces}

open := interfaces(open_ends)

login := interfaces(login_ends)

interfaces(ends) := {name |
	some c in input.containers
	name := images.name(c.image)
	some end in tails(name)
	end in ends
}

# A name and what follows each of its slashes.
tails(name) := {concat("/", array.slice(parts, i, count(parts))) |
	parts := split(name, "/")
	some i, _ in parts
}

applies if count(open | login) > 0

deny contains {
	"path": "/metadata/labels",
	"msg": sprintf("%s is reachable by %s", [concat(", ", open | login), concat(", ", ways)]),
	"severity": severity,
} if {
	services := exposure.selecting(input.namespace, object.get(input.pod.metadata, "labels", {}))
	own := exposure.by_service(services) | exposure.by_ingress(input.namespace, services)
	routed := exposure.by_route(input.namespace, services) | exposure.by_virtual_service(input.namespace, services)
	ways := own | routed
	count(ways) > 0
}

severity := "high" if count(open) > 0

else := "low"

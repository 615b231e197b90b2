# METADATA
# title: Probe asks a port that the container does not open
# description: >-
#   A probe by port name fails for ever when the container declares no such port: the container is restarted
#   endlessly or never gets ready. A number that no container of the pod declares is probably a slip.
# custom:
#   severity: medium
#   scope: container
#   containers: [container, sidecar]
#   remediation: Declare the port in ports, or correct the port of the probe.
package audit.checks.workload.probe_port_not_declared

import data.audit.lib.traffic
import data.audit.lib.typed

asked contains {"path": sprintf("/%s/%s/port", [hook, kind]), "handler": handler} if {
	some hook in ["livenessProbe", "readinessProbe", "startupProbe"]
	some kind in ["httpGet", "tcpSocket", "grpc"]
	handler := input.container.spec[hook][kind]
}

asked contains {"path": sprintf("/lifecycle/%s/%s/port", [hook, kind]), "handler": handler} if {
	some hook in ["postStart", "preStop"]
	some kind in ["httpGet", "tcpSocket"]
	handler := input.container.spec.lifecycle[hook][kind]
}

# The path and port of what is asked of the pod itself.
ports contains {"path": a.path, "port": port} if {
	some a in asked
	port := a.handler.port
	object.get(a.handler, "host", "") == ""
}

deny contains {"path": p.path, "msg": sprintf("port %s is not declared", [name])} if {
	some p in ports
	name := typed.string(p.port)
	every own in object.get(input.container, ["spec", "ports"], []) { own.name != name }
}

# Ports need not be declared; but where some are, a missing one is suspicious. Containers of a pod share their ports.
deny contains {"path": p.path, "msg": sprintf("port %v is not declared", [number]), "severity": "low"} if {
	some p in ports
	number := typed.number(p.port)
	count(typed.array(input.container.spec.ports)) > 0
	every c in traffic.serving(input.pod.spec) { not traffic.opens(c, number, "TCP") }
}

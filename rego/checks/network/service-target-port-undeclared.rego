# METADATA
# title: Service leads to a port that its pods do not open
# description: >-
#   A target port given by name that no container declares leaves the Service without endpoints. A number that none
#   declares, where they declare others, is probably a slip.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Service]
#   requires: {pass: [Workload]}
#   unset: targetPort is port
#   remediation: Declare the port in the container's ports, or correct targetPort.
package audit.checks.network.service_target_port_undeclared

import data.audit.lib.traffic
import data.audit.lib.typed

undeclared(port, pods) if {
	every w in pods {
		every c in traffic.serving(w.pod.spec) {
			not traffic.opens(c, traffic.target(port), traffic.protocol(port))
		}
	}
}

deny contains {"path": sprintf("/spec/ports/%v/targetPort", [i]), "msg": sprintf("no pod opens port %s", [name])} if {
	pods := traffic.workloads(input.namespace, input.object)
	count(pods) > 0
	some i, port in typed.array(input.object.spec.ports)
	name := typed.string(traffic.target(port))
	undeclared(port, pods)
}

# Ports need not be declared; but where every pod declares some, a missing one is suspicious.
deny contains {"path": path, "msg": sprintf("no pod opens port %v", [number]), "severity": "low"} if {
	pods := traffic.workloads(input.namespace, input.object)
	count(pods) > 0
	some i, port in typed.array(input.object.spec.ports)
	number := typed.number(traffic.target(port))
	undeclared(port, pods)
	every w in pods { count([p | some c in traffic.serving(w.pod.spec); some p in typed.array(c.ports)]) > 0 }
	path := sprintf("/spec/ports/%v/targetPort", [i])
}

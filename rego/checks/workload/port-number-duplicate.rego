# METADATA
# title: Two containers open the same port
# description: >-
#   Containers of a pod share one network: only one process can listen, the other fails to start. Within one
#   container, server-side apply cannot tell the two entries apart.
# custom:
#   severity: low
#   scope: pod
#   remediation: Give one of them another port, or remove the second entry.
package audit.checks.workload.port_number_duplicate

import data.audit.lib.typed

# Plain init containers have ended before the others start.
opened := [{"path": sprintf("%s/ports/%v", [c.pointer, i]), "number": p.containerPort, "protocol": protocol} |
	some c in input.containers
	c.type in {"container", "sidecar"}
	some i, p in typed.array(c.spec.ports)
	protocol := object.get(typed.object(p), "protocol", "TCP")
]

deny contains {"path": second.path, "msg": sprintf("port %v/%v is used twice", [second.number, second.protocol])} if {
	some i, first in opened
	some j, second in opened
	i < j
	first.number == second.number
	first.protocol == second.protocol
}

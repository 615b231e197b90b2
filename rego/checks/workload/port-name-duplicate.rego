# METADATA
# title: Two ports of a container have the same name
# description: >-
#   The API server refuses the pod.
# custom:
#   severity: medium
#   scope: container
#   remediation: Give every port of the container a name of its own.
package audit.checks.workload.port_name_duplicate

import data.audit.lib.typed

deny contains {"path": sprintf("/ports/%v/name", [j]), "msg": sprintf("port name %v is used twice", [name])} if {
	some i, first in typed.array(input.container.spec.ports)
	some j, p in input.container.spec.ports
	i < j
	name := p.name
	first.name == name
}

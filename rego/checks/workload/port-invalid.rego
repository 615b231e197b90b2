# METADATA
# title: Container port has an invalid name or number
# description: >-
#   The API server refuses the pod. Names have at most 15 lower-case letters, digits and dashes, one of them a
#   letter.
# custom:
#   severity: medium
#   scope: container
#   remediation: Use a name such as http or admin-web and a number from 1 to 65535.
package audit.checks.workload.port_invalid

import data.audit.lib.names
import data.audit.lib.typed

deny contains {"path": sprintf("/ports/%v/name", [i]), "msg": sprintf("port name is %s", [name])} if {
	some i, p in typed.array(input.container.spec.ports)
	name := typed.string(p.name)
	name != ""
	not names.port(name)
}

deny contains {"path": sprintf("/ports/%v/%s", [i, field]), "msg": sprintf("%s is %v", [field, number])} if {
	some i, p in typed.array(input.container.spec.ports)
	some field in ["containerPort", "hostPort"]
	number := typed.number(p[field])
	[field, number] != ["hostPort", 0] # as good as unset
	not between(number)
}

between(number) if {
	number >= 1
	number <= 65535
}

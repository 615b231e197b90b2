# METADATA
# title: Service port is invalid
# description: >-
#   The API server refuses the Service: numbers go from 1 to 65535, a target port in quotes is a name and needs a
#   letter, and several ports need different names and numbers.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Service]
#   remediation: Correct the port; write a numeric targetPort without quotes.
package audit.checks.network.service_port_invalid

import data.audit.lib.names
import data.audit.lib.traffic
import data.audit.lib.typed

ports := [{"index": i, "spec": p} | some i, p in typed.array(input.object.spec.ports); is_object(p)]

deny contains {"path": sprintf("/spec/ports/%v/%s", [p.index, field]), "msg": sprintf("%s is %v", [field, number])} if {
	some p in ports
	some field in ["port", "targetPort"]
	number := typed.number(p.spec[field])
	not between(number)
	[field, number] != ["targetPort", 0] # as good as unset
}

between(number) if {
	number >= 1
	number <= 65535
}

deny contains {"path": sprintf("/spec/ports/%v/targetPort", [p.index]), "msg": sprintf("targetPort is %q", [name])} if {
	some p in ports
	name := typed.string(p.spec.targetPort)
	name != ""
	not names.port(name)
}

deny contains {"path": sprintf("/spec/ports/%v/name", [p.index]), "msg": fault(p)} if some p in ports

fault(port) := "one of several has no name" if {
	count(ports) > 1
	object.get(port, ["spec", "name"], "") == ""
} else := sprintf("%v is used twice", [port.spec.name]) if {
	some first in ports
	first.index < port.index
	first.spec.name == port.spec.name
}

deny contains {"path": sprintf("/spec/ports/%v/port", [p.index]), "msg": sprintf("port %v used twice", [number])} if {
	some p in ports
	some first in ports
	first.index < p.index
	number := p.spec.port
	first.spec.port == number
	traffic.protocol(first.spec) == traffic.protocol(p.spec)
}

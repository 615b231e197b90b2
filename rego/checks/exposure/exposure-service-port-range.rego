# METADATA
# title: Port of the Service is outside the agreed range
# description: The organisation has agreed on a range of ports, often the one that its firewalls know.
# custom:
#   severity: info
#   scope: object
#   kinds: [Service]
#   enabled: false
#   params:
#     lowest: {type: number, default: 1024, description: Lowest port that is allowed.}
#     highest: {type: number, default: 65535, description: Highest port that is allowed.}
#   remediation: Use a port of the range.
package audit.checks.exposure.exposure_service_port_range

range := data.params["exposure-service-port-range"]

deny contains {
	"path": sprintf("/spec/ports/%d/port", [i]),
	"msg": sprintf("port %v is outside the range", [port.port]),
} if {
	is_array(input.object.spec.ports)
	some i, port in input.object.spec.ports
	is_number(port.port)
	is_outside(port.port)
}

is_outside(number) if number < range.lowest

is_outside(number) if number > range.highest

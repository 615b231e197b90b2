# METADATA
# title: Service opens SSH to the outside
# description: >-
#   A shell behind a password or a key that is reachable at a node or a load balancer is what every scanner of the
#   internet tries first.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Service]
#   remediation: Use kubectl exec, or reach SSH through a VPN.
package audit.checks.exposure.exposure_ssh_service

import data.audit.lib.exposure

deny contains {"path": sprintf("/spec/ports/%d", [i]), "msg": sprintf("port %v leads to %v", [port.port, target])} if {
	exposure.is_external(input.object.spec)
	is_array(input.object.spec.ports)
	some i, port in input.object.spec.ports
	object.get(port, "protocol", "TCP") == "TCP"
	target := object.get(port, "targetPort", port.port)
	some number in [port.port, target]
	number in [22, 2222, "ssh"]
}

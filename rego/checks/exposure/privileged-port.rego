# METADATA
# title: Container listens on a port below 1024
# description: >-
#   Many runtimes let only root, or a process with NET_BIND_SERVICE, listen there, which ties the program to rights
#   that it does not need.
# custom:
#   severity: low
#   scope: container
#   enabled: false
#   remediation: Listen on a port above 1023 and map it in the Service.
package audit.checks.exposure.privileged_port

deny contains {
	"path": sprintf("/ports/%d/containerPort", [i]),
	"msg": sprintf("containerPort is %d", [port.containerPort]),
} if {
	is_array(input.container.spec.ports)
	some i, port in input.container.spec.ports
	port.containerPort > 0
	port.containerPort < 1024
}

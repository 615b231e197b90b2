# METADATA
# title: Container serves SSH
# description: >-
#   A shell server inside a container is one more way in, with keys or passwords that live in the image, and leaves no
#   trace in the API server's audit log.
# custom:
#   severity: medium
#   scope: container
#   remediation: Remove the SSH server; use kubectl exec.
package audit.checks.exposure.ssh_port_exposed

deny contains {"path": sprintf("/ports/%d/containerPort", [i]), "msg": "containerPort is 22"} if {
	is_array(input.container.spec.ports)
	some i, port in input.container.spec.ports
	port.containerPort == 22
	object.get(port, "protocol", "TCP") == "TCP"
}

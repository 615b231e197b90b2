# METADATA
# title: Container binds a port of the node
# description: >-
#   The port is open on every address of the node, past Services and on many networks past network policies, and only
#   one such pod fits on a node.
# custom:
#   severity: medium
#   scope: container
#   unset: the port is open inside the cluster network only
#   remediation: Remove hostPort and publish the port through a Service.
package audit.checks.workload.host_port

# With hostNetwork every port is one of the node, and the API server fills hostPort in: host-network says it.
applies if not input.pod.spec.hostNetwork == true

deny contains {
	"path": sprintf("/ports/%v/hostPort", [i]),
	"msg": sprintf("hostPort is %v", [port]),
	"fix": [{"op": "remove", "path": sprintf("/ports/%v/hostPort", [i])}],
} if {
	some i
	port := input.container.spec.ports[i].hostPort
	port != 0
}

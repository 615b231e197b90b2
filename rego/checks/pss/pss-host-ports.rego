# METADATA
# title: Container uses a port of the node
# description: >-
#   A host port listens on the node's addresses, past Services and many network policies, and can take the place of
#   another service of that node.
# custom:
#   severity: medium
#   scope: pod
#   unset: no port of the node is used
#   remediation: Remove hostPort and expose the port with a Service.
package audit.checks.pss.pss_host_ports

# The API server copies containerPort to hostPort in pods with hostNetwork; pss-host-namespaces names that cause.
deny contains {"path": path, "msg": sprintf("hostPort is %v", [port.hostPort])} if {
	some c in input.containers
	is_array(c.spec.ports)
	some i, port in c.spec.ports
	port.hostPort != 0
	path := sprintf("%s/ports/%d/hostPort", [c.pointer, i])
}

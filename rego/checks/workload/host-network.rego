# METADATA
# title: Pod shares the node's network
# description: >-
#   The pod reaches services that listen on the node's loopback only, has the node's address for network policies and
#   cloud metadata, can listen on any port of the node and, with NET_RAW, reads its traffic.
# custom:
#   severity: high
#   scope: pod
#   points: -9
#   unset: the pod has a network namespace of its own
#   remediation: Remove hostNetwork and publish what is needed through a Service or a single hostPort.
package audit.checks.workload.host_network

deny contains {
	"path": "/spec/hostNetwork",
	"msg": "hostNetwork is true",
	"fix": [{"op": "remove", "path": "/spec/hostNetwork"}],
} if {
	input.pod.spec.hostNetwork == true
}

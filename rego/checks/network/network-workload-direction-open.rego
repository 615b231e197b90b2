# METADATA
# title: NetworkPolicies leave one direction of the pod open
# description: A pod is isolated only in the directions that its policies name; the other one stays open to everybody.
# custom:
#   severity: low
#   scope: pod
#   requires: {fail: [NetworkPolicy]}
#   remediation: Name both Ingress and Egress in the policyTypes of the policies that select the pod.
package audit.checks.network.network_workload_direction_open

import data.audit.lib.network_policies

selecting := network_policies.selecting(input.namespace, object.get(input.pod.metadata, "labels", {}))

# Selected by none: network-workload-not-selected.
applies if {
	not input.pod.spec.hostNetwork == true
	count(selecting) > 0
}

deny contains {"path": "/metadata/labels", "msg": sprintf("no policy isolates %s", [direction])} if {
	count(network_policies.foreign(input.namespace)) == 0
	some direction in ["Ingress", "Egress"] # a policy always isolates one of them
	not is_isolated(direction)
}

is_isolated(direction) if {
	some policy in selecting
	network_policies.isolates(policy, direction)
}

not_assessed contains sprintf("%s is not evaluated", [kind]) if {
	some kind in network_policies.foreign(input.namespace)
}

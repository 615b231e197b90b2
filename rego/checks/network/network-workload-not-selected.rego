# METADATA
# title: No NetworkPolicy selects the pod
# description: >-
#   What no policy selects is open: every pod of the cluster reaches it, and it reaches everything.
# custom:
#   severity: medium
#   scope: pod
#   requires: {fail: [NetworkPolicy]}
#   params:
#     exempt:
#       type: array
#       default: [kube-system, kube-public, kube-node-lease]
#       description: Namespaces that are not judged.
#   unset: all traffic is allowed
#   remediation: Add a NetworkPolicy that selects the pod's labels and lets through what it needs.
package audit.checks.network.network_workload_not_selected

import data.audit.lib.network_policies

# Policies do not reach a pod in the node's network.
applies if {
	not input.pod.spec.hostNetwork == true
	not input.namespace in data.params["network-workload-not-selected"].exempt
}

deny contains {"path": "/metadata/labels", "msg": "no NetworkPolicy selects the pod"} if {
	count(selecting) == 0
	count(network_policies.foreign(input.namespace)) == 0
	not is_open_namespace
}

selecting contains policy.metadata.name if {
	some policy in network_policies.selecting(input.namespace, object.get(input.pod.metadata, "labels", {}))
}

# The namespace is at hand and has no policy at all, which is one finding there: network-namespace-no-policy.
is_open_namespace if {
	inventory.get("Namespace", "", input.namespace)
	count(network_policies.of(input.namespace)) == 0
}

not_assessed contains sprintf("%s is not evaluated", [kind]) if {
	count(selecting) == 0
	some kind in network_policies.foreign(input.namespace)
}

# METADATA
# title: Namespace has no NetworkPolicy
# description: >-
#   Without a policy every pod of the cluster reaches every pod of the namespace and these reach everything, so one
#   intruder walks from workload to workload.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Namespace]
#   requires: {fail: [NetworkPolicy]}
#   params:
#     exempt:
#       type: array
#       default: [kube-system, kube-public, kube-node-lease]
#       description: Namespaces that are not judged.
#   unset: all traffic is allowed
#   remediation: Add a policy that denies ingress and egress by default, and one for each flow that is wanted.
package audit.checks.network.network_namespace_no_policy

import data.audit.lib.network_policies

applies if not input.name in data.params["network-namespace-no-policy"].exempt

deny contains {"path": "", "msg": "no NetworkPolicy"} if {
	count(network_policies.of(input.name)) == 0
	count(network_policies.foreign(input.name)) == 0
}

# METADATA
# title: NetworkPolicy lets in every namespace
# description: >-
#   An empty namespaceSelector without a podSelector is every pod of the cluster, those of other teams and of an
#   intruder's foothold included.
# custom:
#   severity: low
#   scope: object
#   kinds: [NetworkPolicy]
#   remediation: Select the namespaces by label, or add a podSelector.
package audit.checks.network.network_policy_cross_namespace_all

import data.audit.lib.network_policies

deny contains {
	"path": sprintf("/spec/ingress/%d/from/%d/namespaceSelector", [i, j]),
	"msg": "namespaceSelector selects every namespace",
} if {
	network_policies.isolates(input.object, "Ingress")
	some i, rule in network_policies.items(input.object.spec, "ingress")
	is_object(rule)
	network_policies.is_any_port(rule)
	some j, peer in network_policies.items(rule, "from")
	network_policies.is_empty(peer.namespaceSelector)
	network_policies.is_empty(object.get(peer, "podSelector", {}))
}

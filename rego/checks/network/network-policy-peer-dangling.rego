# METADATA
# title: NetworkPolicy peer selects no pod
# description: >-
#   The rule admits nobody. Either it is left behind, or its labels are misspelt and the traffic that was meant is
#   blocked.
# custom:
#   severity: info
#   scope: object
#   kinds: [NetworkPolicy]
#   requires: {fail: [Workload]}
#   confidence: medium
#   remediation: Correct the labels of the podSelector, or remove the peer.
package audit.checks.network.network_policy_peer_dangling

import data.audit.lib.traffic
import data.audit.lib.typed

# Without a namespaceSelector, pods of the policy's own namespace are meant.
deny contains {"path": path, "msg": "podSelector matches no pod"} if {
	some [direction, side] in [["ingress", "from"], ["egress", "to"]]
	some i, rule in typed.array(input.object.spec[direction])
	some j, peer in typed.array(rule[side])
	not peer.namespaceSelector
	selector := typed.object(peer.podSelector)
	selector != {}
	not traffic.populated(input.namespace, selector)
	path := sprintf("/spec/%s/%v/%s/%v/podSelector", [direction, i, side, j])
}

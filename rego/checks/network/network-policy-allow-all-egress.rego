# METADATA
# title: NetworkPolicy lets the pods go everywhere
# description: >-
#   A rule without peers, or for all addresses, and without ports undoes the policy for egress: an intruder reaches
#   every other pod, the metadata service of the cloud and the internet.
# custom:
#   severity: low
#   scope: object
#   kinds: [NetworkPolicy]
#   remediation: Name the peers and ports that the pods need.
package audit.checks.network.network_policy_allow_all_egress

import data.audit.lib.network_policies

# A rule for certain ports is left alone, DNS above all.
rules := {i: rule |
	network_policies.isolates(input.object, "Egress")
	some i, rule in network_policies.items(input.object.spec, "egress")
	is_object(rule)
	network_policies.is_any_port(rule)
}

deny contains {"path": sprintf("/spec/egress/%d", [i]), "msg": "egress to everywhere on every port"} if {
	some i, rule in rules
	count(network_policies.items(rule, "to")) == 0
}

deny contains {
	"path": sprintf("/spec/egress/%d/to/%d/ipBlock", [i, j]),
	"msg": sprintf("egress to %s on every port", [peer.ipBlock.cidr]),
} if {
	some i, rule in rules
	some j, peer in network_policies.items(rule, "to")
	network_policies.is_everyone(peer.ipBlock)
}

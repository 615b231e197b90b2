# METADATA
# title: NetworkPolicy lets everybody in
# description: >-
#   A rule without peers, or for all addresses, and without ports undoes the policy: everything that it isolates is
#   reachable again from everywhere.
# custom:
#   severity: medium
#   scope: object
#   kinds: [NetworkPolicy]
#   remediation: Name the peers, or at least the ports that everybody may reach.
package audit.checks.network.network_policy_allow_all_ingress

import data.audit.lib.network_policies

# A rule for certain ports is left alone: a front end is there for everybody.
rules := {i: rule |
	network_policies.isolates(input.object, "Ingress")
	some i, rule in network_policies.items(input.object.spec, "ingress")
	is_object(rule)
	network_policies.is_any_port(rule)
}

deny contains {"path": sprintf("/spec/ingress/%d", [i]), "msg": "ingress from everywhere on every port"} if {
	some i, rule in rules
	count(network_policies.items(rule, "from")) == 0
}

deny contains {
	"path": sprintf("/spec/ingress/%d/from/%d/ipBlock", [i, j]),
	"msg": sprintf("ingress from %s on every port", [peer.ipBlock.cidr]),
} if {
	some i, rule in rules
	some j, peer in network_policies.items(rule, "from")
	network_policies.is_everyone(peer.ipBlock)
}

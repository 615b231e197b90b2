# METADATA
# title: NetworkPolicy lets pods reach the cloud's metadata service
# description: >-
#   The address block of the rule contains 169.254.169.254, where most clouds hand the node's credentials to whoever
#   asks from the node's network.
# custom:
#   severity: medium
#   confidence: medium
#   scope: object
#   kinds: [NetworkPolicy]
#   remediation: Except 169.254.169.254/32 from the block.
package audit.checks.network.network_policy_metadata_reachable

import data.audit.lib.network_policies

deny contains {
	"path": sprintf("/spec/egress/%d/to/%d/ipBlock", [i, j]),
	"msg": sprintf("block %s includes 169.254.169.254", [peer.ipBlock.cidr]),
} if {
	network_policies.isolates(input.object, "Egress")
	some i, rule in network_policies.items(input.object.spec, "egress")
	is_object(rule)
	reaches_http(rule)
	some j, peer in network_policies.items(rule, "to")
	has_metadata(peer.ipBlock.cidr)
	count([except | some except in network_policies.items(peer.ipBlock, "except"); has_metadata(except)]) == 0
	not is_all(rule, peer.ipBlock)
	not is_off_cloud
}

has_metadata(cidr) if {
	is_string(cidr)
	net.cidr_is_valid(cidr)
	net.cidr_contains(cidr, "169.254.169.254")
}

reaches_http(rule) if network_policies.is_any_port(rule)

reaches_http(rule) if {
	some port in network_policies.items(rule, "ports")
	is_object(port)
	object.get(port, "protocol", "TCP") == "TCP"
	port.port <= 80
	object.get(port, "endPort", port.port) >= 80
}

# Everything everywhere: network-policy-allow-all-egress.
is_all(rule, block) if {
	network_policies.is_any_port(rule)
	network_policies.is_everyone(block)
}

# The nodes are at hand, and none is in a cloud that has such a service.
is_off_cloud if {
	nodes := inventory.list("Node", "")
	count(nodes) > 0
	every node in nodes {
		not is_in_cloud(node)
	}
}

is_in_cloud(node) if {
	some provider in data.tables.cloud.metadata_providers
	startswith(node.spec.providerID, provider)
}

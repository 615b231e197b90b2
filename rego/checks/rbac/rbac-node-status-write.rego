# METADATA
# title: Role allows to change nodes
# description: >-
#   Labels and taints of a node decide which pods come to it, its status which addresses are its own: pods with
#   secrets can be drawn to a node that the holder controls.
# custom:
#   severity: medium
#   scope: object
#   kinds: [ClusterRole]
#   remediation: Name the nodes with resourceNames, or leave nodes to the kubelets and the cluster autoscaler.
package audit.checks.rbac.rbac_node_status_write

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says_who(power),
	"severity": roles.by_holder(power, "medium"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "modify-nodes")
	# With the right to remove pods from other nodes rbac-steal-pods-chain reports it.
	not roles.can_evict(input.kind, input.namespace, input.name, input.object.rules)
}

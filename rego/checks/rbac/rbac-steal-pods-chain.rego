# METADATA
# title: Role allows to draw privileged pods to a node
# description: >-
#   The holder can make other nodes unschedulable and remove pods from them, so that pods with strong service accounts
#   start on the node that an intruder already has.
# custom:
#   severity: high
#   scope: object
#   kinds: [ClusterRole]
#   remediation: >-
#     Separate the two rights: let one account change nodes and another one evict pods.
package audit.checks.rbac.rbac_steal_pods_chain

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says_who(power),
	"severity": roles.by_holder(power, "high"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "modify-nodes")
	roles.can_evict(input.kind, input.namespace, input.name, input.object.rules)
	# Who can start pods anywhere has an easier way.
	not roles.can_run_pods(input.kind, input.namespace, input.name, input.object.rules)
}

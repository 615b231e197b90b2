# METADATA
# title: Disruption budget allows no eviction
# description: >-
#   Nodes that run the pods cannot be drained: upgrades and repairs of the cluster hang or are forced, which stops
#   the pods at a bad moment.
# custom:
#   severity: medium
#   scope: object
#   kinds: [PodDisruptionBudget]
#   requires: {pass: [Workload]}
#   remediation: Set maxUnavailable to 1, or run more replicas than minAvailable.
package audit.checks.workload.pdb_blocks_evictions

import data.audit.lib.inv
import data.audit.lib.scale
import data.audit.lib.typed

deny contains {"path": "/spec/maxUnavailable", "msg": sprintf("maxUnavailable is %v", [value])} if {
	value := input.object.spec.maxUnavailable
	value in {0, "0%"}
}

# The selected pods together never are more than the budget keeps. Nothing is known unless all workloads say how many
# they have.
fault(value) := "minAvailable is 100%" if {
	value == "100%"
} else := sprintf("minAvailable %v of %v replicas", [value, total]) if {
	selected := [w |
		some w in inventory.select("Workload", input.namespace, typed.object(input.object.spec.selector))
		w.namespace == input.namespace
	]
	replicas := [n |
		some w in selected
		n := scale.guaranteed(w.namespace, w.kind, w.name, object.get(w, ["object", "spec", "replicas"], null))
	]
	count(replicas) == count(selected)
	total := sum(replicas)
	total > 0
	scale.share(value, total) >= total
}

deny contains {"path": "/spec/minAvailable", "msg": msg} if {
	msg := fault(input.object.spec.minAvailable)
}

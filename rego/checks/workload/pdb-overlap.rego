# METADATA
# title: Two disruption budgets select the same pods
# description: >-
#   The eviction API refuses every eviction of a pod with more than one budget, so the node can only be drained by
#   force.
# custom:
#   severity: medium
#   scope: pod
#   requires: {pass: [PodDisruptionBudget]}
#   remediation: Narrow the selectors so that one budget is left for each pod.
package audit.checks.workload.pdb_overlap

import data.audit.lib.inv
import data.audit.lib.typed

default labels := {}

labels := typed.object(input.pod.metadata.labels)

budgets contains name if {
	some pdb in inv.beside(inventory.selecting("PodDisruptionBudget", input.namespace, "selector", labels), input.namespace)
	pdb.spec.selector
	name := pdb.metadata.name
}

deny contains {"path": "/metadata/labels", "msg": sprintf("selected by %s", [names])} if {
	count(budgets) > 1
	names := concat(" and ", budgets)
}

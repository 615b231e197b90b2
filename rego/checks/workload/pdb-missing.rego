# METADATA
# title: Replicated workload has no disruption budget
# description: >-
#   A drain of several nodes, as in a cluster upgrade, may evict all of its pods at once.
# custom:
#   severity: low
#   scope: object
#   kinds: [Deployment, StatefulSet]
#   requires: {fail: [PodDisruptionBudget]}
#   remediation: Add a PodDisruptionBudget with maxUnavailable 1 that selects the pods.
package audit.checks.workload.pdb_missing

import data.audit.lib.inv
import data.audit.lib.scale
import data.audit.lib.typed

# A single pod gains nothing from a budget.
applies if {
	stated := object.get(input.object, ["spec", "replicas"], null)
	scale.guaranteed(input.namespace, input.kind, input.name, stated) > 1
}

default labels := {}

labels := typed.object(input.object.spec.template.metadata.labels)

covered if {
	some pdb in inventory.selecting("PodDisruptionBudget", input.namespace, "selector", labels)
	pdb.spec.selector
} else if {
	some pdb in inventory.list("PodDisruptionBudget", "")
	inv.namespace(pdb) == ""
	k8s.selects(pdb.spec.selector, labels)
}

deny contains {"path": "/spec/template/metadata/labels", "msg": "no disruption budget selects them"} if not covered

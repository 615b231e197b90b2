# METADATA
# title: Disruption budget selects no pod
# description: >-
#   The workload that was meant is not protected; usually a label is misspelt or the budget is left behind.
# custom:
#   severity: low
#   scope: object
#   kinds: [PodDisruptionBudget]
#   requires: {fail: [Workload]}
#   confidence: medium
#   remediation: Correct spec.selector, or delete the budget.
package audit.checks.workload.pdb_dangling

import data.audit.lib.traffic

deny contains {"path": "/spec/selector", "msg": "selector matches no pod"} if {
	selector := object.get(input.object, ["spec", "selector"], null)
	not traffic.populated(input.namespace, selector)
}

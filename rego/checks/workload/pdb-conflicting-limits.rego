# METADATA
# title: Disruption budget states both limits
# description: >-
#   The API server refuses a budget with both minAvailable and maxUnavailable.
# custom:
#   severity: medium
#   scope: object
#   kinds: [PodDisruptionBudget]
#   remediation: Keep one of them.
package audit.checks.workload.pdb_conflicting_limits

deny contains {"path": "/spec/minAvailable", "msg": sprintf("minAvailable %v, maxUnavailable %v", [least, most])} if {
	least := input.object.spec.minAvailable
	most := input.object.spec.maxUnavailable
}

# METADATA
# title: Disruption budget states no limit
# description: >-
#   With neither minAvailable nor maxUnavailable no eviction is ever allowed, so nodes cannot be drained.
# custom:
#   severity: medium
#   scope: object
#   kinds: [PodDisruptionBudget]
#   unset: no pod may be evicted
#   remediation: Set maxUnavailable to 1.
package audit.checks.workload.pdb_without_policy

deny contains {"path": "/spec/maxUnavailable", "msg": "neither minAvailable nor maxUnavailable is set"} if {
	not limited
}

limited if {
	some field in ["minAvailable", "maxUnavailable"]
	_ := input.object.spec[field]
}

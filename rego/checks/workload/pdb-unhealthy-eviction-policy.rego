# METADATA
# title: Disruption budget protects pods that do not work
# description: >-
#   By default a pod that runs but is not ready counts towards the budget and cannot be evicted, so a broken
#   application blocks the drain of its nodes.
# custom:
#   severity: info
#   scope: object
#   kinds: [PodDisruptionBudget]
#   since: "1.27"
#   unset: unhealthyPodEvictionPolicy is IfHealthyBudget
#   remediation: Set unhealthyPodEvictionPolicy to AlwaysAllow.
package audit.checks.workload.pdb_unhealthy_eviction_policy

deny contains {"path": "/spec/unhealthyPodEvictionPolicy", "msg": msg} if {
	value := object.get(input.object, ["spec", "unhealthyPodEvictionPolicy"], "not set")
	value in {"not set", "", "IfHealthyBudget"}
	msg := sprintf("unhealthyPodEvictionPolicy is %s", [value])
}

# METADATA
# title: Autoscaler's minimum is above its maximum
# description: >-
#   The API server refuses the autoscaler.
# custom:
#   severity: medium
#   scope: object
#   kinds: [HorizontalPodAutoscaler]
#   remediation: Set maxReplicas to at least minReplicas.
package audit.checks.workload.hpa_min_above_max

import data.audit.lib.typed

deny contains {"path": "/spec/maxReplicas", "msg": sprintf("minReplicas %v, maxReplicas %v", [least, most])} if {
	least := typed.number(input.object.spec.minReplicas)
	most := typed.number(input.object.spec.maxReplicas)
	least > most
}

# METADATA
# title: Autoscaler may scale down to a single pod
# description: >-
#   At times of little load one drain, node failure or crash interrupts the service.
# custom:
#   severity: low
#   scope: object
#   kinds: [HorizontalPodAutoscaler]
#   unset: minReplicas is 1
#   remediation: Set minReplicas to 2 or more.
#   params:
#     minimum: {type: number, default: 2, description: "Least accepted minReplicas"}
package audit.checks.workload.hpa_min_replicas_too_few

import data.audit.lib.scale

deny contains {"path": "/spec/minReplicas", "msg": sprintf("minReplicas is %v", [replicas])} if {
	replicas := scale.minimum(input.object)
	replicas < data.params["hpa-min-replicas-too-few"].minimum
	replicas < input.object.spec.maxReplicas # otherwise it is hpa-cannot-scale
}

# METADATA
# title: Autoscaler has no room to scale
# description: >-
#   With equal bounds the number of pods never changes, whatever the load.
# custom:
#   severity: low
#   scope: object
#   kinds: [HorizontalPodAutoscaler]
#   unset: minReplicas is 1
#   remediation: Raise maxReplicas, or remove the autoscaler and set replicas.
package audit.checks.workload.hpa_cannot_scale

import data.audit.lib.scale

deny contains {"path": "/spec/maxReplicas", "msg": sprintf("minReplicas and maxReplicas are %v", [replicas])} if {
	replicas := scale.minimum(input.object)
	replicas == input.object.spec.maxReplicas
}

# METADATA
# title: Replicas are written down although an autoscaler controls them
# description: >-
#   Every time the manifest is applied, the number of pods falls back to the written one, in the middle of a peak
#   too.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Deployment, StatefulSet]
#   requires: {pass: [HorizontalPodAutoscaler]}
#   remediation: Remove spec.replicas.
package audit.checks.workload.hpa_with_static_replicas

import data.audit.lib.scale

# In a cluster the field is always set.
applies if not input.object.metadata.uid

deny contains {
	"path": "/spec/replicas",
	"msg": sprintf("replicas is %v", [input.object.spec.replicas]),
	"fix": [{"op": "remove", "path": "/spec/replicas"}],
} if {
	scale.scaled(input.namespace, input.kind, input.name)
	input.object.spec.replicas != 0 # 0 switches the autoscaler off
}

# METADATA
# title: Autoscaler's target is of a kind that cannot be scaled
# description: >-
#   The kind has no number of replicas, so the autoscaler only reports errors.
# custom:
#   severity: medium
#   scope: object
#   kinds: [HorizontalPodAutoscaler]
#   remediation: Point the autoscaler to a Deployment or StatefulSet, or delete it.
package audit.checks.workload.hpa_target_not_scalable

deny contains {"path": "/spec/scaleTargetRef/kind", "msg": sprintf("target is a %s", [kind])} if {
	kind := input.object.spec.scaleTargetRef.kind
	kind in {"CronJob", "DaemonSet", "Job", "Pod", "Service"}
}

# METADATA
# title: Container has no liveness probe
# description: >-
#   A process that hangs without ending is never restarted. A process that ends is restarted anyway, so many
#   applications do better without one.
# custom:
#   severity: low
#   scope: container
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController]
#   containers: [container]
#   enabled: false
#   unset: the container counts as alive as long as its process runs
#   remediation: Add a livenessProbe that fails only when a restart helps.
package audit.checks.workload.liveness_probe_missing

deny contains {"path": "/livenessProbe", "msg": "livenessProbe is not set"} if {
	not input.container.spec.livenessProbe
}

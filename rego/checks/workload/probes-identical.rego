# METADATA
# title: Liveness probe asks the same as the readiness probe and waits no longer
# description: >-
#   Under load the pod should first leave the Service and recover. With both probes alike it is restarted at the same
#   moment, and its load falls on the others, which then fail as well.
# custom:
#   severity: low
#   scope: container
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController]
#   containers: [container, sidecar]
#   remediation: >-
#     Raise failureThreshold of the livenessProbe, or let it ask something that fails only when a restart helps.
package audit.checks.workload.probes_identical

import data.audit.lib.probes

deny contains {"path": "/livenessProbe", "msg": msg} if {
	live := input.container.spec.livenessProbe
	ready := input.container.spec.readinessProbe
	probes.target(live) == probes.target(ready)
	restart := probes.patience(live)
	unready := probes.patience(ready)
	restart <= unready
	msg := sprintf("restart after %v s, unready after %v s", [restart, unready])
}

# METADATA
# title: One failed liveness probe restarts the container
# description: >-
#   A single slow answer, a short pause of the node or a lost packet ends a healthy process.
# custom:
#   severity: low
#   scope: container
#   containers: [container, sidecar]
#   unset: failureThreshold is 3
#   remediation: Set failureThreshold of the livenessProbe to 3 or more.
package audit.checks.workload.liveness_probe_single_failure

deny contains {"path": "/livenessProbe/failureThreshold", "msg": "failureThreshold is 1"} if {
	input.container.spec.livenessProbe.failureThreshold == 1
}

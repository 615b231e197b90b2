# METADATA
# title: Deployment gives up before a pod counts as available
# description: >-
#   The API server refuses a progressDeadlineSeconds that is not above minReadySeconds: no rollout could end in time.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Deployment]
#   unset: progressDeadlineSeconds is 600, minReadySeconds 0
#   remediation: Raise progressDeadlineSeconds, or lower minReadySeconds.
package audit.checks.workload.deployment_deadline_too_short

import data.audit.lib.typed

deny contains {"path": "/spec/progressDeadlineSeconds", "msg": msg} if {
	deadline := typed.number(object.get(input.object, ["spec", "progressDeadlineSeconds"], 600))
	ready := typed.number(object.get(input.object, ["spec", "minReadySeconds"], 0))
	deadline <= ready
	msg := sprintf("progressDeadlineSeconds %v, minReadySeconds %v", [deadline, ready])
}

# METADATA
# title: Pod is killed without a chance to stop
# description: >-
#   With a grace period of 0 the process gets no signal to end: requests are cut off, data is lost, and a replacement
#   with the same identity can start while the old process still runs.
# custom:
#   severity: medium
#   scope: pod
#   unset: terminationGracePeriodSeconds is 30
#   remediation: Remove terminationGracePeriodSeconds or set it to what the process needs to stop.
package audit.checks.workload.termination_grace_period_zero

deny contains {
	"path": "/spec/terminationGracePeriodSeconds",
	"msg": "terminationGracePeriodSeconds is 0",
	"severity": severity,
} if {
	input.pod.spec.terminationGracePeriodSeconds == 0
	severity := impact
}

default impact := "low"

impact := "medium" if input.kind == "StatefulSet"

# METADATA
# title: CronJob has no starting deadline
# description: >-
#   A run that was missed, as while the control plane was down, is started as soon as possible, however late that is.
# custom:
#   severity: low
#   scope: object
#   kinds: [CronJob]
#   enabled: false
#   unset: a missed run is started without a limit of time
#   remediation: Set startingDeadlineSeconds to the delay that a run may have.
package audit.checks.workload.cronjob_deadline_missing

deny contains {"path": "/spec/startingDeadlineSeconds", "msg": "startingDeadlineSeconds is not set"} if {
	object.get(input.object, ["spec", "startingDeadlineSeconds"], null) == null
}

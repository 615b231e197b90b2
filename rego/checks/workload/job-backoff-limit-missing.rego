# METADATA
# title: Job does not say how often it is retried
# description: >-
#   A Job that must not run twice is retried six times unless it says otherwise.
# custom:
#   severity: info
#   scope: object
#   kinds: [Job, CronJob]
#   enabled: false
#   unset: backoffLimit is 6
#   remediation: Set backoffLimit of the Job.
package audit.checks.workload.job_backoff_limit_missing

deny contains {"path": "/spec/backoffLimit", "msg": "backoffLimit is not set"} if {
	input.kind == "Job"
	not input.object.spec.backoffLimit
}

deny contains {"path": "/spec/jobTemplate/spec/backoffLimit", "msg": "no backoffLimit"} if {
	input.kind == "CronJob"
	not input.object.spec.jobTemplate.spec.backoffLimit
}

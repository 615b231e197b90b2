# METADATA
# title: Job has no deadline
# description: >-
#   A run that hangs goes on for ever, and its failure is never reported.
# custom:
#   severity: info
#   scope: object
#   kinds: [Job, CronJob]
#   enabled: false
#   unset: a Job may run without a limit of time
#   remediation: Set activeDeadlineSeconds of the Job.
package audit.checks.workload.job_deadline_missing

deny contains {"path": "/spec/activeDeadlineSeconds", "msg": "activeDeadlineSeconds is not set"} if {
	input.kind == "Job"
	not input.object.spec.activeDeadlineSeconds
}

deny contains {"path": "/spec/jobTemplate/spec/activeDeadlineSeconds", "msg": "no activeDeadlineSeconds"} if {
	input.kind == "CronJob"
	not input.object.spec.jobTemplate.spec.activeDeadlineSeconds
}

# METADATA
# title: Job has a pod failure policy but lets the kubelet restart containers
# description: >-
#   The API server refuses podFailurePolicy unless restartPolicy is Never.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Job, CronJob]
#   remediation: Set restartPolicy to Never.
package audit.checks.workload.job_failure_policy_without_never

fault(job) := sprintf("restartPolicy is %v", [policy]) if {
	job.podFailurePolicy
	policy := object.get(job, ["template", "spec", "restartPolicy"], "not set")
	policy != "Never"
}

deny contains {"path": "/spec/podFailurePolicy", "msg": msg} if {
	input.kind == "Job"
	msg := fault(input.object.spec)
}

deny contains {"path": "/spec/jobTemplate/spec/podFailurePolicy", "msg": msg} if {
	input.kind == "CronJob"
	msg := fault(input.object.spec.jobTemplate.spec)
}

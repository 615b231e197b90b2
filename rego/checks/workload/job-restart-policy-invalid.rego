# METADATA
# title: Job does not say what to do when its pod fails
# description: >-
#   The API server refuses a Job or CronJob whose restartPolicy is not Never or OnFailure.
# custom:
#   severity: medium
#   scope: pod
#   kinds: [Job, CronJob]
#   unset: restartPolicy is Always, which a Job may not have
#   remediation: Set restartPolicy to Never or OnFailure.
package audit.checks.workload.job_restart_policy_invalid

deny contains {"path": "/spec/restartPolicy", "msg": sprintf("restartPolicy is %v", [policy])} if {
	policy := object.get(input.pod, ["spec", "restartPolicy"], "not set")
	not policy in {"Never", "OnFailure"}
}

# METADATA
# title: CronJob starts new runs while hung ones go on for ever
# description: >-
#   Runs may overlap and none has a deadline: when one hangs, every period adds a pod until the node or the quota is
#   full.
# custom:
#   severity: low
#   scope: object
#   kinds: [CronJob]
#   unset: concurrencyPolicy is Allow, activeDeadlineSeconds has no limit
#   remediation: Set concurrencyPolicy to Forbid or Replace, or activeDeadlineSeconds of the job template.
package audit.checks.workload.cronjob_runs_pile_up

deny contains {"path": "/spec/concurrencyPolicy", "msg": sprintf("concurrencyPolicy is %v, no deadline", [policy])} if {
	policy := object.get(input.object, ["spec", "concurrencyPolicy"], "not set")
	policy in {"not set", "", "Allow"}
	not input.object.spec.jobTemplate.spec.activeDeadlineSeconds
	not input.object.spec.jobTemplate.spec.template.spec.activeDeadlineSeconds
}

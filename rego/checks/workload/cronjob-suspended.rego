# METADATA
# title: CronJob is suspended
# description: >-
#   No run is started. A backup or rotation of credentials that was suspended for a moment is easily forgotten.
# custom:
#   severity: info
#   scope: object
#   kinds: [CronJob]
#   unset: the CronJob runs
#   remediation: Remove spec.suspend when the reason is gone, or delete the CronJob.
package audit.checks.workload.cronjob_suspended

deny contains {"path": "/spec/suspend", "msg": "suspend is true"} if input.object.spec.suspend == true

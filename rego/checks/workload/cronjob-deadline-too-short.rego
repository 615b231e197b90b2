# METADATA
# title: CronJob's starting deadline is shorter than the controller's interval
# description: >-
#   The controller looks every ten seconds. With a shorter deadline a run may be over before it is seen, and the job
#   is skipped at random.
# custom:
#   severity: medium
#   scope: object
#   kinds: [CronJob]
#   remediation: Set startingDeadlineSeconds to 10 or more.
package audit.checks.workload.cronjob_deadline_too_short

import data.audit.lib.typed

deny contains {"path": "/spec/startingDeadlineSeconds", "msg": sprintf("startingDeadlineSeconds is %v", [seconds])} if {
	seconds := typed.number(input.object.spec.startingDeadlineSeconds)
	seconds < 10
}

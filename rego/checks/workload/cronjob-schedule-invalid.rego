# METADATA
# title: CronJob has a schedule that never comes
# description: >-
#   The API server refuses a schedule it cannot read, and one with TZ= before it; a date that does not exist is
#   accepted, but the job never runs and nobody is told.
# custom:
#   severity: medium
#   scope: object
#   kinds: [CronJob]
#   remediation: Write five fields or a macro such as @daily, and the time zone in spec.timeZone.
package audit.checks.workload.cronjob_schedule_invalid

import data.audit.lib.cron
import data.audit.lib.typed

fault(schedule) := sprintf("schedule is %q", [schedule]) if {
	not cron.valid(schedule)
} else := sprintf("schedule %q has no such day", [schedule]) if {
	cron.never(schedule)
}

deny contains {"path": "/spec/schedule", "msg": fault(schedule)} if {
	schedule := typed.string(object.get(input.object, ["spec", "schedule"], ""))
}

# METADATA
# title: CronJob has access to its node
# description: >-
#   A schedule with access to the node brings an intruder back after every clean-up. Each of these CronJobs should be
#   known to somebody.
# custom:
#   severity: info
#   scope: cluster
#   requires: {pass: [CronJob]}
#   remediation: Confirm that each CronJob is wanted, or delete it.
package audit.checks.workload.persistence_cronjob_inventory

import data.audit.lib.inv
import data.audit.lib.typed

reach(spec) := {field | some field in ["hostIPC", "hostNetwork", "hostPID"]; spec[field] == true} |
	{"hostPath" | some v in typed.array(spec.volumes); v.hostPath} |
	{"privileged" |
		some list in ["initContainers", "containers"]
		some c in typed.array(spec[list])
		c.securityContext.privileged == true
	}

deny contains {"path": "", "msg": sprintf("%s has %s", [id, concat(", ", access)]), "object": id} if {
	some job in inventory.list("CronJob", "")
	access := reach(job.spec.jobTemplate.spec.template.spec)
	count(access) > 0
	id := inv.id("CronJob", inv.namespace(job), job.metadata.name)
}

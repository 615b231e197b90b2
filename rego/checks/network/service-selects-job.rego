# METADATA
# title: Service also selects the pods of a Job
# description: >-
#   While the Job runs, a part of the requests is sent to its pods, which do not answer them. The Job and the
#   application share labels.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Service]
#   requires: {pass: [Workload]}
#   remediation: Give the Job's pods other labels, or add a label to the Service's selector.
package audit.checks.network.service_selects_job

import data.audit.lib.inv
import data.audit.lib.traffic

ends(workload) if workload.kind in {"CronJob", "Job"}

# Such as the test of a chart.
ends(workload) if workload.pod.spec.restartPolicy in {"Never", "OnFailure"}

deny contains {
	"path": "/spec/selector",
	"msg": sprintf("selector also matches %s", [job]),
	"object": job,
	"severity": severity,
} if {
	selected := traffic.workloads(input.namespace, input.object)
	some w in selected
	ends(w)
	some other in selected
	not ends(other)
	job := inv.id(w.kind, w.namespace, w.name)

	# One that somebody runs by hand, and not again and again.
	severity := {true: "low", false: "medium"}[w.kind == "Pod"]
}

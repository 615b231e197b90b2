# METADATA
# title: Job runs a proxy or agent that never ends
# description: >-
#   A Job is finished when all regular containers have ended. A proxy beside the real work keeps it running until its
#   deadline, and the next run of a CronJob may never start.
# custom:
#   severity: medium
#   scope: container
#   kinds: [Job, CronJob]
#   containers: [container]
#   confidence: medium
#   remediation: Make it an init container with restartPolicy Always, or stop it when the work is done.
package audit.checks.workload.job_proxy_never_ends

import data.audit.lib.typed

deny contains {"path": "/image", "msg": sprintf("%s runs until it is stopped", [input.container.image.repository])} if {
	count(typed.array(input.pod.spec.containers)) > 1
	parts := split(input.container.image.repository, "/")
	parts[count(parts) - 1] in data.tables.endless_images.names
	not stoppable
}

# Some proxies end when the work calls their quit endpoint.
stoppable if {
	some arg in typed.array(input.container.spec.args)
	"--quitquitquit" in split(typed.string(arg), "=")
}

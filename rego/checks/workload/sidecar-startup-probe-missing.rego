# METADATA
# title: Sidecar that others may need has no startup probe
# description: >-
#   The next containers start as soon as the sidecar's process exists, not when it answers, so their first
#   connections can fail.
# custom:
#   severity: info
#   scope: container
#   containers: [sidecar]
#   unset: the sidecar counts as started as soon as its process runs
#   remediation: Add a startupProbe to the sidecar.
package audit.checks.workload.sidecar_startup_probe_missing

import data.audit.lib.typed

# Without ports nobody can wait for it.
deny contains {"path": "/startupProbe", "msg": "startupProbe is not set"} if {
	count(typed.array(input.container.spec.ports)) > 0
	not input.container.spec.startupProbe
	not input.container.spec.lifecycle.postStart
}

# METADATA
# title: Liveness probe restarts the container within seconds of its start
# description: >-
#   Without a startup probe the liveness probe counts from the first moment. A process that needs a little longer to
#   start, on a busy node or after an upgrade, is restarted for ever.
# custom:
#   severity: low
#   scope: container
#   containers: [container, sidecar]
#   confidence: medium
#   unset: initialDelaySeconds is 0, periodSeconds 10 and failureThreshold 3
#   remediation: Add a startupProbe with as many attempts as the slowest start needs.
#   params:
#     seconds: {type: number, default: 10, description: "Least time a container must get to start"}
package audit.checks.workload.liveness_probe_impatient

import data.audit.lib.probes
import data.audit.lib.typed

deny contains {"path": "/livenessProbe", "msg": sprintf("restart after %v s, no startupProbe", [start])} if {
	probe := typed.object(input.container.spec.livenessProbe)
	not input.container.spec.startupProbe
	not probe.failureThreshold == 1 # that is liveness-probe-single-failure
	start := probes.setting(probe, "initialDelaySeconds", 0) + probes.patience(probe)
	start < data.params["liveness-probe-impatient"].seconds
}

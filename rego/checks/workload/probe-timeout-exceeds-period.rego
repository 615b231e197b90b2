# METADATA
# title: Probe may take longer than its period
# description: >-
#   The next probe starts only when the last has ended, so a hanging process is found later than the period promises.
# custom:
#   severity: low
#   scope: container
#   containers: [container, sidecar]
#   unset: timeoutSeconds is 1, periodSeconds 10
#   remediation: Set timeoutSeconds to at most periodSeconds.
package audit.checks.workload.probe_timeout_exceeds_period

import data.audit.lib.probes
import data.audit.lib.typed

deny contains {"path": sprintf("/%s/timeoutSeconds", [field]), "msg": msg} if {
	some field in ["livenessProbe", "readinessProbe", "startupProbe"]
	probe := typed.object(input.container.spec[field])
	timeout := typed.number(probe.timeoutSeconds)
	period := probes.setting(probe, "periodSeconds", 10)
	timeout > period
	msg := sprintf("timeoutSeconds %v, periodSeconds %v", [timeout, period])
}

# METADATA
# title: Probe is incomplete or contradicts itself
# description: >-
#   The API server refuses the pod: a probe has exactly one handler, liveness and startup probes succeed at the first
#   success, and a readiness probe has no grace period.
# custom:
#   severity: medium
#   scope: container
#   containers: [container, sidecar]
#   remediation: Give the probe one of httpGet, tcpSocket, exec and grpc, and remove the setting it does not take.
package audit.checks.workload.probe_invalid

import data.audit.lib.typed

deny contains {"path": sprintf("/%s", [field]), "msg": sprintf("%s has %v handlers", [field, count(handlers)])} if {
	some field in ["livenessProbe", "readinessProbe", "startupProbe"]
	probe := typed.object(input.container.spec[field])
	handlers := {h | some h in ["exec", "grpc", "httpGet", "tcpSocket"]; probe[h]}
	count(handlers) != 1
}

deny contains {"path": sprintf("/%s/successThreshold", [field]), "msg": sprintf("successThreshold is %v", [value])} if {
	some field in ["livenessProbe", "startupProbe"]
	value := input.container.spec[field].successThreshold
	not value in {0, 1} # 0 is as good as unset
}

deny contains {"path": path, "msg": sprintf("terminationGracePeriodSeconds is %v", [value])} if {
	value := input.container.spec.readinessProbe.terminationGracePeriodSeconds
	path := "/readinessProbe/terminationGracePeriodSeconds"
}

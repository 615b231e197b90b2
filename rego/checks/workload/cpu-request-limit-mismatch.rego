# METADATA
# title: CPU request differs from the limit
# description: >-
#   Pods whose requests equal their limits get the Guaranteed class and can have CPUs of their own; others are
#   throttled and evicted earlier.
# custom:
#   severity: info
#   scope: container
#   containers: [container, init, sidecar]
#   enabled: false
#   unset: an unset request is the limit
#   remediation: Set resources.requests.cpu to the value of resources.limits.cpu.
package audit.checks.workload.cpu_request_limit_mismatch

import data.audit.lib.resources

deny contains {"path": "/resources/requests/cpu", "msg": sprintf("cpu request %v, limit %v", [request, limit])} if {
	request := resources.stated(input.container.spec, "requests", "cpu")
	limit := resources.stated(input.container.spec, "limits", "cpu")
	resources.differ(request, limit)
}

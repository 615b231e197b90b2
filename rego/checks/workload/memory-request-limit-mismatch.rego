# METADATA
# title: Memory request differs from the limit
# description: >-
#   Memory above the request is not reserved: when the node runs short, pods that use more than they asked for are
#   killed first.
# custom:
#   severity: info
#   scope: container
#   containers: [container, init, sidecar]
#   enabled: false
#   unset: an unset request is the limit
#   remediation: Set resources.requests.memory to the value of resources.limits.memory.
package audit.checks.workload.memory_request_limit_mismatch

import data.audit.lib.resources

deny contains {"path": "/resources/requests/memory", "msg": msg} if {
	request := resources.stated(input.container.spec, "requests", "memory")
	limit := resources.stated(input.container.spec, "limits", "memory")
	resources.differ(request, limit)
	msg := sprintf("memory request %v, limit %v", [request, limit])
}

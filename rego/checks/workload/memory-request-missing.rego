# METADATA
# title: Container requests no memory
# description: >-
#   The scheduler places the pod without regard to its memory, and when the node runs short it is among the first to
#   be killed.
# custom:
#   severity: medium
#   scope: container
#   containers: [container, sidecar]
#   points: 1
#   confidence: medium
#   unset: the request is the limit, else the default of a LimitRange in the namespace, else 0
#   remediation: Set resources.requests.memory to what the container needs in normal operation.
package audit.checks.workload.memory_request_missing

import data.audit.lib.resources

deny contains {"path": "/resources/requests/memory", "msg": sprintf("memory request is %v", [value])} if {
	not resources.requested(input.container.spec, input.pod.spec, input.namespace, "memory")
	value := resources.stated(input.container.spec, "requests", "memory")
}

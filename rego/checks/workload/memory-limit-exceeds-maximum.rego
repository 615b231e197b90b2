# METADATA
# title: Memory limit is above the accepted maximum
# description: >-
#   A container that may use more memory than agreed pushes the other tenants off its node.
# custom:
#   severity: low
#   scope: container
#   containers: [container, init, sidecar]
#   remediation: Lower resources.limits.memory to the accepted maximum.
#   params:
#     maximum: {type: string, default: "", description: "Greatest accepted memory limit; the check needs it"}
package audit.checks.workload.memory_limit_exceeds_maximum

maximum := k8s.quantity(data.params["memory-limit-exceeds-maximum"].maximum)

applies if maximum

deny contains {"path": "/resources/limits/memory", "msg": sprintf("memory limit %v is above %v", [limit, shown])} if {
	limit := input.container.spec.resources.limits.memory
	k8s.quantity(limit) > maximum
	shown := data.params["memory-limit-exceeds-maximum"].maximum
}

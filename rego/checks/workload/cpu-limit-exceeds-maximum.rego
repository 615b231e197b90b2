# METADATA
# title: CPU limit is above the accepted maximum
# description: >-
#   A container that may use more CPU than agreed takes it from the other tenants of its node.
# custom:
#   severity: low
#   scope: container
#   containers: [container, init, sidecar]
#   remediation: Lower resources.limits.cpu to the accepted maximum.
#   params:
#     maximum: {type: string, default: "", description: "Greatest accepted CPU limit; the check needs it"}
package audit.checks.workload.cpu_limit_exceeds_maximum

maximum := k8s.quantity(data.params["cpu-limit-exceeds-maximum"].maximum)

applies if maximum

deny contains {"path": "/resources/limits/cpu", "msg": sprintf("cpu limit %v is above %v", [limit, shown])} if {
	limit := input.container.spec.resources.limits.cpu
	k8s.quantity(limit) > maximum
	shown := data.params["cpu-limit-exceeds-maximum"].maximum
}

# METADATA
# title: Container has no memory limit
# description: >-
#   A leak, or a caller who makes the process allocate, takes the whole node: other pods are killed or evicted first.
# custom:
#   severity: medium
#   scope: container
#   containers: [container, init, sidecar]
#   points: 1
#   confidence: medium
#   unset: the default of a LimitRange in the namespace, else no limit
#   remediation: Set resources.limits.memory, or set resources.limits.memory of the pod.
package audit.checks.workload.memory_limit_missing

import data.audit.lib.resources

deny contains {"path": "/resources/limits/memory", "msg": sprintf("memory limit is %v", [value])} if {
	not resources.limited(input.container.spec, input.pod.spec, input.namespace, "memory")
	value := resources.stated(input.container.spec, "limits", "memory")
}

# METADATA
# title: Container has no CPU limit
# description: >-
#   The container may use all spare CPU of its node. Where requests are set, neighbours still get their share; a
#   limit matters where usage is billed or must be predictable.
# custom:
#   severity: low
#   scope: container
#   containers: [container, init, sidecar]
#   points: 1
#   enabled: false
#   confidence: medium
#   unset: the default of a LimitRange in the namespace, else no limit
#   remediation: Set resources.limits.cpu, or set resources.limits.cpu of the pod.
package audit.checks.workload.cpu_limit_missing

import data.audit.lib.resources

deny contains {"path": "/resources/limits/cpu", "msg": sprintf("cpu limit is %v", [value])} if {
	not resources.limited(input.container.spec, input.pod.spec, input.namespace, "cpu")
	value := resources.stated(input.container.spec, "limits", "cpu")
}

# METADATA
# title: Container requests no CPU
# description: >-
#   The scheduler counts the container as needing nothing, so nodes are overbooked and the container is the first to
#   starve when its neighbours are busy. An autoscaler cannot compute a utilisation either.
# custom:
#   severity: low
#   scope: container
#   containers: [container, sidecar]
#   points: 1
#   confidence: medium
#   unset: the request is the limit, else the default of a LimitRange in the namespace, else 0
#   remediation: Set resources.requests.cpu to what the container needs in normal operation.
package audit.checks.workload.cpu_request_missing

import data.audit.lib.resources

deny contains {"path": "/resources/requests/cpu", "msg": sprintf("cpu request is %v", [value])} if {
	not resources.requested(input.container.spec, input.pod.spec, input.namespace, "cpu")
	value := resources.stated(input.container.spec, "requests", "cpu")
}

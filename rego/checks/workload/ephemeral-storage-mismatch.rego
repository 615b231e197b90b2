# METADATA
# title: Ephemeral-storage request differs from the limit
# description: >-
#   Disk above the request is not reserved: when the node runs short, pods that use more than they asked for are
#   evicted first.
# custom:
#   severity: info
#   scope: container
#   containers: [container, init, sidecar]
#   enabled: false
#   unset: an unset request is the limit
#   remediation: Set resources.requests.ephemeral-storage to the value of the limit.
package audit.checks.workload.ephemeral_storage_mismatch

deny contains {"path": "/resources/requests/ephemeral-storage", "msg": msg} if {
	request := input.container.spec.resources.requests["ephemeral-storage"]
	limit := input.container.spec.resources.limits["ephemeral-storage"]
	k8s.quantity(request) != k8s.quantity(limit)
	msg := sprintf("ephemeral-storage request %v, limit %v", [request, limit])
}

# METADATA
# title: Resource request is above the limit
# description: >-
#   The API server refuses the pod, so the workload never starts. For extended resources and huge pages the two must
#   even be equal.
# custom:
#   severity: medium
#   scope: container
#   containers: [container, init, sidecar]
#   remediation: Raise the limit or lower the request.
package audit.checks.workload.request_exceeds_limit

import data.audit.lib.typed

deny contains {"path": sprintf("/resources/requests/%s", [key]), "msg": msg} if {
	some name, request in typed.object(input.container.spec.resources.requests)
	limit := input.container.spec.resources.limits[name]
	wrong(name, k8s.quantity(request), k8s.quantity(limit))
	key := replace(name, "/", "~1")
	msg := sprintf("%s request %v, limit %v", [name, request, limit])
}

wrong(_, request, limit) if request > limit

# Resources that cannot be overcommitted.
wrong(name, request, limit) if {
	request < limit
	not name in {"cpu", "memory", "ephemeral-storage"}
}

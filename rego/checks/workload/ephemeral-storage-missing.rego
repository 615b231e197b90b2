# METADATA
# title: Container has no ephemeral-storage limit
# description: >-
#   Logs, the writable layer and emptyDir volumes of the container can fill the disk of the node, which then evicts
#   pods and stops starting new ones.
# custom:
#   severity: low
#   scope: container
#   containers: [container, init, sidecar]
#   enabled: false
#   confidence: medium
#   unset: the default of a LimitRange in the namespace, else no limit
#   remediation: Set resources.limits.ephemeral-storage.
package audit.checks.workload.ephemeral_storage_missing

import data.audit.lib.resources

deny contains {"path": "/resources/limits/ephemeral-storage", "msg": msg} if {
	not resources.limited(input.container.spec, input.pod.spec, input.namespace, "ephemeral-storage")
	value := resources.stated(input.container.spec, "limits", "ephemeral-storage")
	msg := sprintf("ephemeral-storage limit is %v", [value])
}

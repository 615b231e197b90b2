# METADATA
# title: Selector does not match the labels of the pod template
# description: >-
#   The API server refuses the object: its own pods would not belong to it.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Deployment, ReplicaSet, DaemonSet, StatefulSet, ReplicationController]
#   remediation: Give the pod template every label that spec.selector asks for.
package audit.checks.workload.selector_mismatch

import data.audit.lib.typed

selector := typed.object(input.object.spec.selector)

default labels := {}

labels := typed.object(input.object.spec.template.metadata.labels)

deny contains {"path": "/spec/selector", "msg": "selector does not match the template's labels"} if {
	selector != {}
	not k8s.selects(selector, labels)
}

deny contains {"path": "/spec/selector", "msg": "selector is empty"} if selector == {}

# Only a ReplicationController takes the labels of its template instead.
deny contains {"path": "/spec/selector", "msg": "selector is not set"} if {
	input.kind != "ReplicationController"
	not input.object.spec.selector
}

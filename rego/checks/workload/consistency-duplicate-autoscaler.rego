# METADATA
# title: Two autoscalers of one kind control the same workload
# description: >-
#   Each undoes what the other does, so the number or the size of the pods keeps changing.
# custom:
#   severity: medium
#   scope: object
#   kinds: [HorizontalPodAutoscaler, autoscaling.k8s.io/VerticalPodAutoscaler]
#   remediation: Keep one of them.
package audit.checks.workload.consistency_duplicate_autoscaler

import data.audit.lib.inv

# The earlier one by name that has the same target: the later one is reported.
first(others, field) := min({inv.id(input.kind, input.namespace, other.metadata.name) |
	target := input.object.spec[field]
	some other in inv.beside(others, input.namespace)
	other.metadata.name < input.name
	other.spec[field].kind == target.kind
	other.spec[field].name == target.name
})

deny contains {"path": "/spec/scaleTargetRef", "msg": sprintf("same target as %s", [other]), "object": other} if {
	other := first(inventory.list("HorizontalPodAutoscaler", input.namespace), "scaleTargetRef")
}

deny contains {"path": "/spec/targetRef", "msg": sprintf("same target as %s", [other]), "object": other} if {
	other := first(inventory.list("autoscaling.k8s.io/VerticalPodAutoscaler", input.namespace), "targetRef")
}

# METADATA
# title: Horizontal and vertical autoscaler go by the same resource
# description: >-
#   The vertical one changes the requests that the horizontal one measures against, so the two chase each other.
# custom:
#   severity: medium
#   scope: object
#   kinds: [HorizontalPodAutoscaler]
#   requires: {pass: [autoscaling.k8s.io/VerticalPodAutoscaler]}
#   remediation: >-
#     Set updateMode of the VerticalPodAutoscaler to Off, restrict its controlledResources, or scale horizontally by
#     another metric.
package audit.checks.workload.hpa_vpa_conflict

import data.audit.lib.inv
import data.audit.lib.typed

measured contains name if {
	some metric in typed.array(input.object.spec.metrics)
	metric.type == "Resource"
	name := metric.resource.name
}

measured contains "cpu" if {
	object.get(input.object, ["spec", "metrics"], []) == []
	not input.annotations["autoscaling.alpha.kubernetes.io/metrics"]
}

controlled(policy) := policy.controlledResources if {
	policy.controlledResources
} else := ["cpu", "memory"]

# A policy for all containers can leave a resource alone.
left_alone(vpa, name) if {
	some policy in typed.array(vpa.spec.resourcePolicy.containerPolicies)
	policy.containerName == "*"
	not name in controlled(policy)
}

left_alone(vpa, _) if {
	some policy in typed.array(vpa.spec.resourcePolicy.containerPolicies)
	policy.containerName == "*"
	policy.mode == "Off"
}

deny contains {"path": "/spec/metrics", "msg": sprintf("%s is changed by %s", [name, other]), "object": other} if {
	target := input.object.spec.scaleTargetRef
	some vpa in inv.beside(inventory.list("autoscaling.k8s.io/VerticalPodAutoscaler", input.namespace), input.namespace)
	vpa.spec.targetRef.kind == target.kind
	vpa.spec.targetRef.name == target.name
	not object.get(vpa, ["spec", "updatePolicy", "updateMode"], null) in {"Initial", "Off"}
	some name in measured
	name in {"cpu", "memory"}
	not left_alone(vpa, name)
	other := inv.id("VerticalPodAutoscaler", input.namespace, vpa.metadata.name)
}

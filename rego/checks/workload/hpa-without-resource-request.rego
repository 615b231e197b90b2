# METADATA
# title: Autoscaler goes by a utilisation that cannot be computed
# description: >-
#   Utilisation is a share of the request. When a container of the target requests nothing, the autoscaler fails and
#   nothing is scaled.
# custom:
#   severity: medium
#   scope: object
#   kinds: [HorizontalPodAutoscaler]
#   requires: {pass: [Deployment, StatefulSet, ReplicaSet, ReplicationController]}
#   unset: without metrics the autoscaler goes by 80 % of the CPU request
#   remediation: >-
#     Set the request in every container of the target, or use a metric of type ContainerResource or a target of type
#     AverageValue.
package audit.checks.workload.hpa_without_resource_request

import data.audit.lib.inv
import data.audit.lib.resources
import data.audit.lib.traffic
import data.audit.lib.typed

measured contains name if {
	some metric in typed.array(input.object.spec.metrics)
	metric.type == "Resource"
	metric.resource.target.type == "Utilization"
	name := metric.resource.name
}

# The first version kept other metrics in an annotation.
measured contains "cpu" if {
	object.get(input.object, ["spec", "metrics"], []) == []
	not input.annotations["autoscaling.alpha.kubernetes.io/metrics"]
}

pod(ns, "Deployment", name) := inventory.get("Deployment", ns, name).spec.template.spec

pod(ns, "StatefulSet", name) := inventory.get("StatefulSet", ns, name).spec.template.spec

pod(ns, "ReplicaSet", name) := inventory.get("ReplicaSet", ns, name).spec.template.spec

pod(ns, "ReplicationController", name) := inventory.get("ReplicationController", ns, name).spec.template.spec

deny contains {"path": "/spec/scaleTargetRef", "msg": msg, "object": workload} if {
	target := input.object.spec.scaleTargetRef
	template := pod(input.namespace, target.kind, typed.string(target.name))
	some name in measured
	idle := {sprintf("%v", [c.name]) |
		some c in traffic.serving(template)
		not resources.requested(c, template, input.namespace, name)
	}
	count(idle) > 0
	msg := sprintf("no %s request in %s", [name, concat(", ", idle)])
	workload := inv.id(target.kind, input.namespace, target.name)
}

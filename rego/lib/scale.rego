# How many pods a workload has, and who decides it.
package audit.lib.scale

import data.audit.lib.inv
import data.audit.lib.typed

# HorizontalPodAutoscalers whose target is the workload.
autoscalers(ns, kind, name) := [h |
	some h in inv.beside(inventory.find("HorizontalPodAutoscaler", ns, "spec.scaleTargetRef.name", name), ns)
	h.spec.scaleTargetRef.kind == kind
]

# An autoscaler of Kubernetes or of KEDA sets the replicas.
scaled(ns, kind, name) if count(autoscalers(ns, kind, name)) > 0

scaled(ns, kind, name) if {
	some s in inv.beside(inventory.list("keda.sh/ScaledObject", ns), ns)
	object.get(s, ["spec", "scaleTargetRef", "kind"], "Deployment") == kind
	s.spec.scaleTargetRef.name == name
}

# Replicas that a workload surely has: the least of its autoscaler, else what it states. Undefined when nobody says, as an
# autoscaler may be elsewhere, and for kinds that have none.
guaranteed(ns, kind, name, _) := min([minimum(h) | some h in autoscalers(ns, kind, name)])

guaranteed(ns, kind, name, stated) := typed.number(stated) if not scaled(ns, kind, name)

minimum(hpa) := typed.number(object.get(hpa, ["spec", "minReplicas"], 1))

# Pods of a total that "30%" or 2 stands for; percentages round up, as for disruption budgets.
share(value, _) := value if is_number(value)

share(value, total) := ceil((to_number(trim_suffix(value, "%")) * total) / 100) if {
	is_string(value)
	regex.match(`^[0-9]+%$`, value)
}

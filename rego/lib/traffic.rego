# Services and the pods they send traffic to.
package audit.lib.traffic

import data.audit.lib.inv
import data.audit.lib.typed

# The labels a Service selects by. One without a selector, or an ExternalName, selects nobody.
selector(service) := labels if {
	labels := typed.object(service.spec.selector)
	labels != {}
	object.get(service, ["spec", "type"], null) != "ExternalName"
}

# Services of the namespace that select pods with these labels.
services(ns, labels) := [s |
	some s in inv.beside(inventory.selecting("Service", ns, "selector", labels), ns)
	selector(s)
]

# Workloads that the Service of this namespace selects.
workloads(ns, service) := [w |
	some w in inventory.select("Workload", ns, selector(service))
	w.namespace == ns
]

# Whether pods may match, here or wherever objects without a namespace go; also those of workloads that Kubernetes itself
# does not know.
populated(ns, labels) if {
	count(inventory.select("Workload", ns, labels)) > 0
} else if {
	some w in inventory.select("Workload", "", labels)
	w.namespace == ""
} else if {
	some o in array.concat(
		inventory.list("argoproj.io/Rollout", ns),
		inventory.list("apps.openshift.io/DeploymentConfig", ns),
	)
	k8s.selects(labels, o.spec.template.metadata.labels)
}

# Containers whose ports a Service or probe can reach: the regular ones and the sidecars.
serving(spec) := array.concat(
	[c | some c in typed.array(spec.containers)],
	[c | some c in typed.array(spec.initContainers); c.restartPolicy == "Always"],
)

# Whether a container opens the target port of a Service port, given by name or by number.
opens(container, port, transport) if {
	some p in typed.array(container.ports)
	some key in ["name", "containerPort"]
	p[key] == port
	protocol(p) == transport
}

# Where a Service port leads, and by which protocol.
target(port) := port.targetPort if {
	port.targetPort
} else := port.port

protocol(port) := port.protocol if {
	port.protocol
} else := "TCP"

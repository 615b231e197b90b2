# Requests and limits that take effect, of whoever sets them.
package audit.lib.resources

import data.audit.lib.inv
import data.audit.lib.typed

# The amount of a container or pod; "0" and what is no quantity count as unset.
amount(spec, field, name) := n if {
	n := k8s.quantity(spec.resources[field][name])
	n > 0
}

# Containers are also bounded by a limit of the pod.
limited(container, pod, ns, name) if {
	some spec in [container, pod]
	amount(spec, "limits", name)
}

limited(_, _, ns, name) if filled(ns, name, {"default", "max"})

# A limit doubles as the request unless one is written.
requested(container, pod, ns, name) if {
	some spec in [container, pod]
	amount(spec, "requests", name)
}

requested(container, pod, ns, name) if {
	not container.resources.requests[name]
	limited(container, pod, ns, name)
}

requested(container, _, ns, name) if {
	not container.resources.requests[name]

	# A limit that is written, were it 0, becomes the request before anything is filled in.
	not container.resources.limits[name]
	filled(ns, name, {"defaultRequest", "min"})
}

# A LimitRange fills in what a container leaves out; without a default, its bound is used.
filled(ns, name, fields) if {
	some r in inv.beside(inventory.list("LimitRange", ns), ns)
	some l in typed.array(r.spec.limits)
	l.type == "Container"
	some field in fields
	l[field][name]
}

# What a container states, for messages.
stated(spec, field, name) := object.get(spec, ["resources", field, name], "not set")

# Two amounts that are not the same quantity; a limit alone is also the request.
differ(request, limit) if k8s.quantity(request) != k8s.quantity(limit)

differ(request, "not set") if request != "not set"

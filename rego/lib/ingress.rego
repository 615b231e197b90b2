# What a controller makes of an Ingress.
package audit.lib.ingress

# class(spec, annotations) names the controller's class; undefined when the cluster's default decides.
class(spec, _) := spec.ingressClassName

class(spec, annotations) := annotations["kubernetes.io/ingress.class"] if not spec.ingressClassName

# tls_elsewhere: TLS is terminated, although spec.tls does not say so.
tls_elsewhere(_, annotations) if {
	some entry in data.tables.ingress.tls_annotations
	value := annotations[entry.name]
	value in object.get(entry, "values", [value])
	value != ""
}

tls_elsewhere(spec, annotations) if class(spec, annotations) in data.tables.ingress.tls_classes

# dedicated: the Ingress has a load balancer of its own, and its host names compete with nobody's.
dedicated(spec, annotations) if {
	class(spec, annotations) in data.tables.ingress.dedicated_classes
	not annotations["alb.ingress.kubernetes.io/group.name"]
}

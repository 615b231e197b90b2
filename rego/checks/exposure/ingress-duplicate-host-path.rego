# METADATA
# title: Two Ingresses claim the same host and path
# description: >-
#   Which of the two answers is up to the controller and may change with its next restart. Across namespaces it lets one
#   team take the requests of another.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Ingress]
#   requires: {pass: [Ingress]}
#   remediation: Keep the path in one of the two Ingresses, or give them different hosts.
package audit.checks.exposure.ingress_duplicate_host_path

import data.audit.lib.ingress
import data.audit.lib.inv
import data.audit.lib.typed

deny contains {
	"path": sprintf("/spec/rules/%d/http/paths/%d/path", [mine.rule, mine.entry]),
	"msg": sprintf("%s%s is claimed by %s too", [mine.key[0], mine.key[1], id]),
	"severity": severity(namespace),
	"object": id,
} if {
	own := claims(input.object.spec, input.annotations)
	some other in inventory.list("Ingress", "")
	namespace := inv.namespace(other)
	comparable(namespace)
	[namespace, other.metadata.name] != [input.namespace, input.name]
	annotations := object.get(other.metadata, "annotations", {})
	class(other.spec, annotations) == class(input.object.spec, input.annotations)
	some theirs in claims(other.spec, annotations)
	some mine in own
	mine.key == theirs.key
	id := inv.id("Ingress", namespace, other.metadata.name)
}

# Offline a file may not say its namespace: it is compared only with its like.
comparable(namespace) if namespace == input.namespace

comparable(namespace) if {
	namespace != ""
	input.namespace != ""
}

severity(namespace) := "low" if namespace == input.namespace

severity(namespace) := "medium" if namespace != input.namespace

# Two unset classes are the same.
class(spec, annotations) := [name | name := ingress.class(spec, annotations)]

# A rule without host belongs to another check; a canary shares its path on purpose; a load balancer of its own clashes
# with nobody. Exact differs from the other path types, for which a slash at the end means nothing.
claims(spec, annotations) := [{"rule": i, "entry": j, "key": [host, path, exact]} |
	not annotations["nginx.ingress.kubernetes.io/canary"] == "true"
	not ingress.dedicated(spec, annotations)
	some i, rule in typed.array(spec.rules)
	host := rule.host
	is_string(host)
	host != ""
	some j, entry in typed.array(rule.http.paths)
	is_object(entry)
	exact := object.get(entry, "pathType", null) == "Exact"
	path := normal(object.get(entry, "path", ""), exact)
]

normal(path, exact) := path if exact

normal(path, exact) := concat("", [trim_suffix(path, "/"), "/"]) if {
	is_string(path)
	not exact
}

# METADATA
# title: Ingress host has no TLS entry
# description: >-
#   A host that no TLS entry covers is served in plain HTTP or with the controller's self-signed certificate, although
#   the Ingress looks protected.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Ingress]
#   remediation: Add the host to the hosts of a TLS entry whose certificate is valid for it.
package audit.checks.exposure.ingress_host_not_in_tls

import data.audit.lib.ingress
import data.audit.lib.typed

deny contains {"path": sprintf("/spec/rules/%d/host", [i]), "msg": msg} if {
	# Without any entry the Ingress is plain as a whole: ingress-no-tls says so.
	input.object.spec.tls[0]
	some i, rule in typed.array(input.object.spec.rules)
	is_string(rule.host)
	rule.host != ""
	not covered(rule.host, input.object.spec.tls)
	not ingress.tls_elsewhere(input.object.spec, input.annotations)
	msg := sprintf("host %s is in no TLS entry", [rule.host])
}

# An entry without hosts is for all of them.
covered(_, tls) if {
	some entry in tls
	not entry.hosts[0]
}

covered(host, tls) if {
	some entry in tls
	some name in typed.array(entry.hosts)
	matches(name, host)
}

matches(name, host) if name == host

# A wildcard stands for exactly one label.
matches(name, host) if {
	is_string(name)
	labels := split(name, ".")
	labels[0] == "*"
	parts := split(host, ".")
	array.slice(labels, 1, count(labels)) == array.slice(parts, 1, count(parts))
}

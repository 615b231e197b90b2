# METADATA
# title: Ingress answers for hosts that it does not name
# description: >-
#   A rule without a host, or with a wildcard, receives every request that no other Ingress claims: names that are added
#   later or that belong to another team go to this backend until someone notices.
# custom:
#   severity: low
#   scope: object
#   kinds: [Ingress]
#   unset: the rule matches every host name
#   remediation: Name the hosts that the application serves.
package audit.checks.exposure.ingress_wildcard_host

import data.audit.lib.ingress
import data.audit.lib.typed

deny contains {"path": sprintf("/spec/rules/%d/host", [i]), "msg": msg} if {
	not ingress.dedicated(input.object.spec, input.annotations)
	some i, rule in typed.array(input.object.spec.rules)
	is_object(rule)
	msg := fact(rule)
}

fact(rule) := "rule has no host" if object.get(rule, "host", "") == ""

fact(rule) := sprintf("host is %s", [rule.host]) if {
	is_string(rule.host)
	contains(rule.host, "*")
}

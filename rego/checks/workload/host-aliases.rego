# METADATA
# title: Pod has its own entries in /etc/hosts
# description: >-
#   The names resolve to fixed addresses whatever DNS says, so traffic keeps going to an address that has changed hands,
#   and nobody sees it in DNS.
# custom:
#   severity: low
#   scope: pod
#   points: -3
#   unset: names come from DNS
#   remediation: Remove hostAliases and give the name a DNS record, or a Service without selector and an EndpointSlice.
package audit.checks.workload.host_aliases

deny contains {
	"path": sprintf("/spec/hostAliases/%v", [i]),
	"msg": sprintf("hostAliases has an entry for %v", [object.get(alias, "ip", "no address")]),
} if {
	some i
	alias := input.pod.spec.hostAliases[i]
	is_object(alias)
}

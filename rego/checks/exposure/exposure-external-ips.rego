# METADATA
# title: Service claims external addresses
# description: >-
#   Every node sends traffic for an address in externalIPs to this Service, whoever owns the address: with the address
#   of another service a user of one namespace intercepts the traffic of all (CVE-2020-8554).
# custom:
#   severity: high
#   scope: object
#   kinds: [Service]
#   remediation: Use a load balancer, and forbid externalIPs with the DenyServiceExternalIPs admission plugin.
package audit.checks.exposure.exposure_external_ips

deny contains {"path": "/spec/externalIPs", "msg": sprintf("externalIPs is %s", [list])} if {
	addresses := input.object.spec.externalIPs
	is_array(addresses)
	count(addresses) > 0
	list := concat(", ", [sprintf("%v", [address]) | some address in addresses])
}

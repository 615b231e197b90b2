# METADATA
# title: Network plug-in enforces no NetworkPolicy
# description: >-
#   The API accepts policies whether or not anything enforces them; with this plug-in alone they are ignored and every
#   pod reaches every other one.
# custom:
#   severity: medium
#   scope: cluster
#   requires: {pass: [DaemonSet], fail: [DaemonSet]}
#   remediation: Install a plug-in that enforces policies, or turn enforcement on.
package audit.checks.network.network_cni_no_policy_support

containers := [container |
	some daemon in inventory.list("DaemonSet", "")
	some container in daemon.spec.template.spec.containers
	is_string(container.image)
]

enforcing contains container.image if {
	some container in containers
	some part in data.tables.network_policies.enforcing
	contains(container.image, part)
	not is_off(container)
}

plain contains part if {
	some container in containers
	some part in data.tables.network_policies.plain
	contains(container.image, part)
}

# Amazon's agent is always there, and idle until it is told otherwise.
is_off(container) if "--enable-network-policy=false" in container.args

deny contains {"path": "", "msg": sprintf("%s enforces no NetworkPolicy", [concat(", ", plain)])} if {
	count(plain) > 0
	count(enforcing) == 0
}

not_assessed contains "no known network plug-in was found" if count(enforcing) == 0

# METADATA
# title: Role allows to change the DNS of the cluster
# description: >-
#   The ConfigMap of CoreDNS decides what every name resolves to; who writes it sends the traffic of all workloads
#   through a place of its own.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Name the ConfigMaps that are needed with resourceNames, or bind the role outside of kube-system.
package audit.checks.rbac.rbac_coredns_config_write

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says(power),
	"severity": roles.by_holder(power, "medium"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "write-dns-config")
	roles.is_privileged(power)
	not is_aws_auth(power)
}

# rbac-aws-auth-write reports it.
is_aws_auth(power) if {
	count(power.names) == 0
	inventory.get("ConfigMap", "kube-system", "aws-auth")
}

# METADATA
# title: Role allows to change every ConfigMap of a namespace
# description: >-
#   Workloads take their configuration, scripts and trust anchors from ConfigMaps; who writes them changes what the
#   workloads do.
# custom:
#   severity: low
#   scope: object
#   kinds: [Role, ClusterRole]
#   enabled: false
#   remediation: Name the ConfigMaps that are needed with resourceNames.
package audit.checks.rbac.rbac_configmap_write

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says(power),
	"severity": roles.by_holder(power, "low"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "write-config-maps")
	# There rbac-coredns-config-write and rbac-aws-auth-write report it.
	not roles.is_privileged(power)
}

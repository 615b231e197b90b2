# METADATA
# title: Role allows to add debug containers to pods
# description: >-
#   A debug container runs any image in the namespaces of an existing pod and may share its processes and volumes,
#   also those of a privileged pod.
# custom:
#   severity: high
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: >-
#     Remove pods/ephemeralcontainers from the rule, or grant it in one namespace to the people who debug there.
package audit.checks.rbac.rbac_pod_ephemeral_containers

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says(power),
	"severity": roles.level(power, "high", "medium"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "inject-containers")
}

# METADATA
# title: Role allows to reach ports of pods through the API server
# description: >-
#   Port forwarding and the proxies of pods and services pass network policies and reach what listens for the pod
#   itself only, such as an unauthenticated admin port.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Remove pods/portforward, pods/proxy and services/proxy from the rule, or grant them in one namespace.
package audit.checks.rbac.rbac_pod_portforward

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says(power),
	"severity": roles.level(power, "medium", "low"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "connect-pods")
	# Who can exec or attach can reach every port from inside.
	not roles.has(input.object.rules, "exec-pods")
	not roles.has(input.object.rules, "attach-pods")
}

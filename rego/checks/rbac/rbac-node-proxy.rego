# METADATA
# title: Role allows to use the API of kubelets
# description: >-
#   Through nodes/proxy every container of every node can be entered, past admission and audit; get is enough, because
#   the kubelet takes a websocket for it.
# custom:
#   severity: critical
#   scope: object
#   kinds: [ClusterRole]
#   remediation: >-
#     Grant nodes/metrics, nodes/stats, nodes/log, nodes/pods, nodes/configz or nodes/healthz instead, as far as they
#     are needed.
package audit.checks.rbac.rbac_node_proxy

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says_who(power),
	"severity": roles.by_holder(power, "critical"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "control-nodes")
}

# METADATA
# title: Role decides what runs beside the control plane
# description: >-
#   Who starts or changes pods in kube-system can use the accounts of Kubernetes' own controllers there, some of which
#   may grant any permission: that is control of the cluster.
# custom:
#   severity: critical
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Grant it by RoleBindings in the namespaces that the holder really deploys to.
package audit.checks.rbac.rbac_pods_in_privileged_namespace

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says(power),
	"severity": roles.by_holder(power, "critical"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, strongest)
	roles.is_privileged(power)
}

# One cause: the way that needs the fewest steps.
strongest := present[0] if {
	present := [primitive |
		some primitive in ["create-pods", "write-pod-controllers", "modify-pods"]
		roles.has(input.object.rules, primitive)
	]
}

# METADATA
# title: Role allows to create pods
# description: >-
#   A new pod runs as any service account of the namespace and mounts any of its Secrets; where no Pod Security level
#   is enforced it is root on the node.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Let a controller or a pipeline create the pods, enforce a Pod Security level, or remove create on pods.
package audit.checks.rbac.rbac_create_pods

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
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "create-pods")
	# In the whole cluster and in a namespace of the control plane rbac-pods-in-privileged-namespace reports it.
	not roles.is_privileged(power)
}

# METADATA
# title: Role allows to write role bindings
# description: >-
#   The holder can pass on the rights that it has itself to any other account, for instance to one that it left
#   behind, and nobody looks for the power there.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Leave bindings to administrators or to the tool that deploys the manifests.
package audit.checks.rbac.rbac_write_bindings

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
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "write-bindings")
	# With bind it can pass on more than it has: rbac-bind-verb and rbac-escalate-verb report it.
	not roles.has(input.object.rules, "bind-named-roles")
}

# METADATA
# title: Role allows to delete workloads and data that it does not make
# description: >-
#   The holder can end services and destroy data of others; nothing in its other rights says that it has to make up
#   for it.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Remove delete and deletecollection, or grant them in the namespaces that the holder cleans up.
package audit.checks.rbac.rbac_delete_workloads

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

# Who also creates or changes the same resources is reported for that, where it matters.
deny contains {
	"path": power.path,
	"msg": roles.says(power),
	"severity": roles.level(power, "medium", "low"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "delete-objects")
	every verb in input.object.rules[power.rule].verbs {
		not verb in {"*", "create", "update", "patch"}
	}
}

# METADATA
# title: Role allows to write roles
# description: >-
#   The holder changes what all who hold a role may do. It cannot add rights that it lacks, but it can spread those it
#   has and cut off others.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Leave roles to administrators or to the tool that deploys the manifests.
package audit.checks.rbac.rbac_write_roles

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
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "write-roles")
	# With escalate it can add rights that it lacks: rbac-escalate-verb reports it.
	not roles.has(input.object.rules, "escalate-roles")
}

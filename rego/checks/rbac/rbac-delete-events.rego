# METADATA
# title: Role allows to delete events
# description: >-
#   Events tell what happened to pods and nodes; an intruder who removes them covers its tracks.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Grant create and patch on events, which is what a controller needs.
package audit.checks.rbac.rbac_delete_events

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
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "delete-events")
}

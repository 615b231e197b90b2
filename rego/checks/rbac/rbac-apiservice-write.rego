# METADATA
# title: Role allows to register aggregated APIs
# description: >-
#   Requests for an API that an APIService claims go to a server of the holder's choice, which learns who asks and
#   answers what it likes.
# custom:
#   severity: high
#   scope: object
#   kinds: [ClusterRole]
#   remediation: Name the APIServices that the holder maintains with resourceNames.
package audit.checks.rbac.rbac_apiservice_write

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says_who(power),
	"severity": roles.by_holder(power, "high"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "write-api-services")
}

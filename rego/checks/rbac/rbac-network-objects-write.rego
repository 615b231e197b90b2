# METADATA
# title: Role allows to send traffic elsewhere
# description: >-
#   Endpoints and routes decide where requests for a name end, also across namespaces (CVE-2021-25740); Services and
#   Ingresses of every namespace take over host names and addresses.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: >-
#     Leave endpoints to their controllers, and grant Services, Ingresses and routes in the namespaces where they are
#     needed.
package audit.checks.rbac.rbac_network_objects_write

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
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "write-endpoints")
}

# In a namespace of its own nearly every application needs Services.
deny contains {
	"path": power.path,
	"msg": roles.says(power),
	"severity": roles.by_holder(power, "low"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "write-services")
	power.scope == "cluster"
	not power.rule in endpoints
}

endpoints := {grant.rule | some grant in rbac.grants(input.object.rules, "write-endpoints")}

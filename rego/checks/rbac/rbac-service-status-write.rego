# METADATA
# title: Role allows to set addresses of load balancers
# description: >-
#   An address that is written into the status of a Service is taken over by every node: traffic to it, also to places
#   outside of the cluster, goes to the pods of that Service (CVE-2020-8554).
# custom:
#   severity: medium
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Leave the status of Services to the controller that makes the load balancers.
package audit.checks.rbac.rbac_service_status_write

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
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "write-service-status")
}

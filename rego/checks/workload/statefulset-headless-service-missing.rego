# METADATA
# title: StatefulSet's Service does not exist
# description: >-
#   The pods get no DNS names, so members of a cluster cannot find each other.
# custom:
#   severity: medium
#   scope: object
#   kinds: [StatefulSet]
#   requires: {fail: [Service]}
#   remediation: Create a Service of that name with clusterIP None that selects the pods.
package audit.checks.workload.statefulset_headless_service_missing

import data.audit.lib.inv
import data.audit.lib.typed

deny contains {"path": "/spec/serviceName", "msg": sprintf("no Service %s", [name])} if {
	name := typed.string(input.object.spec.serviceName)
	name != ""
	not inv.exists("Service", input.namespace, name)
}

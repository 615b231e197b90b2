# METADATA
# title: StatefulSet's Service gives its pods no names
# description: >-
#   Only a headless Service that selects the pods publishes a DNS name for each of them; without, members of a
#   cluster cannot find each other.
# custom:
#   severity: medium
#   scope: object
#   kinds: [StatefulSet]
#   requires: {pass: [Service]}
#   remediation: Set clusterIP of the Service to None and let it select the pods, or name another Service.
package audit.checks.workload.statefulset_service_not_headless

import data.audit.lib.inv
import data.audit.lib.typed

default labels := {}

labels := typed.object(input.object.spec.template.metadata.labels)

fault(service) := "has a cluster IP" if {
	object.get(service, ["spec", "clusterIP"], null) != "None"
} else := "selects other pods" if {
	not k8s.selects(service.spec.selector, labels)
}

# A single pod has nobody to find.
default impact := "low"

impact := "medium" if typed.number(input.object.spec.replicas) > 1

deny contains {
	"path": "/spec/serviceName",
	"msg": sprintf("%s %s", [id, fault(service)]),
	"object": id,
	"severity": impact,
} if {
	service := inventory.get("Service", input.namespace, typed.string(input.object.spec.serviceName))
	id := inv.id("Service", input.namespace, service.metadata.name)
}

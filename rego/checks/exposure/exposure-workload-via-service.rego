# METADATA
# title: Workload is reachable from outside the cluster
# description: A Service or an Ingress leads to these pods from outside; they are where an attack on the cluster begins.
# custom:
#   severity: info
#   scope: pod
#   enabled: false
#   requires: {pass: [Service, Ingress]}
#   remediation: Keep what is reachable from outside few, current and confined.
package audit.checks.exposure.exposure_workload_via_service

import data.audit.lib.exposure

deny contains {"path": "/metadata/labels", "msg": sprintf("reachable by %s", [concat(", ", ways)])} if {
	services := exposure.selecting(input.namespace, object.get(input.pod.metadata, "labels", {}))
	ways := exposure.by_service(services) | exposure.by_ingress(input.namespace, services)
	count(ways) > 0
}

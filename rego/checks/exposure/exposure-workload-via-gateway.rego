# METADATA
# title: Workload is reachable through a gateway
# description: >-
#   A route of the Gateway API or of Istio leads to these pods; they are where an attack on the cluster begins.
# custom:
#   severity: info
#   scope: pod
#   enabled: false
#   requires: {pass: [Service]}
#   remediation: Keep what is reachable from outside few, current and confined.
package audit.checks.exposure.exposure_workload_via_gateway

import data.audit.lib.exposure

deny contains {"path": "/metadata/labels", "msg": sprintf("reachable by %s", [concat(", ", ways)])} if {
	services := exposure.selecting(input.namespace, object.get(input.pod.metadata, "labels", {}))
	ways := exposure.by_route(input.namespace, services) | exposure.by_virtual_service(input.namespace, services)
	count(ways) > 0
}

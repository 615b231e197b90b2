# METADATA
# title: ServiceMonitor selects no Service
# description: >-
#   Prometheus scrapes nothing for it, and alerts that rest on those metrics never fire.
# custom:
#   severity: info
#   scope: object
#   kinds: [monitoring.coreos.com/ServiceMonitor]
#   requires: {fail: [Service]}
#   confidence: medium
#   remediation: Correct spec.selector or spec.namespaceSelector.
package audit.checks.network.service_monitor_dangling

import data.audit.lib.inv
import data.audit.lib.typed

found if input.object.spec.namespaceSelector.any == true

namespaces contains name if some name in typed.array(input.object.spec.namespaceSelector.matchNames)

# Where it looks; "" among them stands for wherever objects without a namespace go.
reach := {""} if found

reach := namespaces if {
	not found
	count(namespaces) > 0
}

reach := {input.namespace} if {
	not found
	count(namespaces) == 0
}

selected contains name if {
	some ns in reach
	some s in inventory.select("Service", ns, typed.object(input.object.spec.selector))
	name := s.metadata.name
}

selected contains name if {
	some s in inventory.select("Service", "", typed.object(input.object.spec.selector))
	inv.namespace(s) == ""
	name := s.metadata.name
}

deny contains {"path": "/spec/selector", "msg": "selector matches no Service"} if count(selected) == 0

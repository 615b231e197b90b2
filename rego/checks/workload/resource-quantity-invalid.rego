# METADATA
# title: Resource amount is no Kubernetes quantity
# description: >-
#   The API server refuses the object. The usual slips are MB or GB instead of M, Mi, G or Gi.
# custom:
#   severity: medium
#   scope: container
#   containers: [container, init, sidecar]
#   remediation: Write a number with an optional suffix such as m, k, M, G, Ki, Mi or Gi.
package audit.checks.workload.resource_quantity_invalid

import data.audit.lib.typed

deny contains {"path": sprintf("/resources/%s/%s", [field, key]), "msg": sprintf("%s is %v", [name, value])} if {
	some field in ["requests", "limits"]
	some name, value in typed.object(input.container.spec.resources[field])
	is_string(value) # other types are reported by the schema checks
	not k8s.quantity(value)
	key := replace(name, "/", "~1")
}

deny contains {"path": sprintf("/resources/%s/%s", [field, key]), "msg": sprintf("%s is %v", [name, value])} if {
	some field in ["requests", "limits"]
	some name, value in typed.object(input.container.spec.resources[field])
	k8s.quantity(value) < 0
	key := replace(name, "/", "~1")
}

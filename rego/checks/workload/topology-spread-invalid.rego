# METADATA
# title: Topology spread constraint is invalid
# description: >-
#   The API server refuses the pod.
# custom:
#   severity: medium
#   scope: pod
#   remediation: >-
#     Set maxSkew and minDomains to 1 or more, topologyKey to a node label and whenUnsatisfiable to DoNotSchedule or
#     ScheduleAnyway.
package audit.checks.workload.topology_spread_invalid

import data.audit.lib.typed

deny contains {"path": sprintf("/spec/topologySpreadConstraints/%v/%s", [i, field]), "msg": msg} if {
	some i, c in typed.objects(input.pod.spec.topologySpreadConstraints)
	some field in ["maxSkew", "minDomains"]
	value := typed.number(c[field])
	value < 1
	msg := sprintf("%s is %v", [field, value])
}

deny contains {"path": path, "msg": "maxSkew is not set"} if {
	some i, c in typed.objects(input.pod.spec.topologySpreadConstraints)
	not c.maxSkew
	path := sprintf("/spec/topologySpreadConstraints/%v/maxSkew", [i])
}

deny contains {"path": path, "msg": "topologyKey is empty"} if {
	some i, c in typed.objects(input.pod.spec.topologySpreadConstraints)
	object.get(c, "topologyKey", "") == ""
	path := sprintf("/spec/topologySpreadConstraints/%v/topologyKey", [i])
}

deny contains {"path": path, "msg": sprintf("whenUnsatisfiable is %v", [value])} if {
	some i, c in typed.objects(input.pod.spec.topologySpreadConstraints)
	value := object.get(c, "whenUnsatisfiable", "not set")
	not value in {"DoNotSchedule", "ScheduleAnyway"}
	path := sprintf("/spec/topologySpreadConstraints/%v/whenUnsatisfiable", [i])
}

deny contains {"path": path, "msg": sprintf("minDomains %v with whenUnsatisfiable ScheduleAnyway", [value])} if {
	some i, c in typed.objects(input.pod.spec.topologySpreadConstraints)
	c.whenUnsatisfiable == "ScheduleAnyway"
	value := c.minDomains
	path := sprintf("/spec/topologySpreadConstraints/%v/minDomains", [i])
}

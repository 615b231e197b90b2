# METADATA
# title: Topology spread constraint does not count the pod itself
# description: >-
#   The constraint looks at other pods, or with no labelSelector at none, so the replicas of this workload are not
#   spread.
# custom:
#   severity: low
#   scope: pod
#   remediation: Let labelSelector select the labels of the pod template.
package audit.checks.workload.topology_spread_misses_own_pods

import data.audit.lib.typed

default labels := {}

labels := typed.object(input.pod.metadata.labels)

deny contains {"path": path, "msg": "labelSelector does not match the pod's labels"} if {
	some i, c in typed.objects(input.pod.spec.topologySpreadConstraints)
	not k8s.selects(object.get(c, "labelSelector", null), labels)
	path := sprintf("/spec/topologySpreadConstraints/%v/labelSelector", [i])
}

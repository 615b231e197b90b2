# METADATA
# title: Replicas may all run on one node
# description: >-
#   Nothing in the workload keeps its pods apart, so the failure of one node can take all of them.
# custom:
#   severity: low
#   scope: object
#   kinds: [Deployment, StatefulSet]
#   unset: the scheduler spreads pods of one owner only weakly
#   remediation: Add a topologySpreadConstraint or a podAntiAffinity term that selects the workload's own labels.
package audit.checks.workload.pod_anti_affinity_missing

import data.audit.lib.typed

applies if typed.number(input.object.spec.replicas) > 1

apart(selector) if k8s.selects(typed.object(selector), typed.object(input.object.spec.template.metadata.labels))

spread if {
	some term in typed.array(input.object.spec.template.spec.topologySpreadConstraints)
	apart(term.labelSelector)
}

spread if {
	affinity := input.object.spec.template.spec.affinity.podAntiAffinity
	some term in typed.array(affinity.requiredDuringSchedulingIgnoredDuringExecution)
	apart(term.labelSelector)
}

spread if {
	affinity := input.object.spec.template.spec.affinity.podAntiAffinity
	some term in typed.array(affinity.preferredDuringSchedulingIgnoredDuringExecution)
	apart(term.podAffinityTerm.labelSelector)
}

deny contains {"path": path, "msg": sprintf("%v replicas without a spread", [input.object.spec.replicas])} if {
	not spread
	path := "/spec/template/spec/topologySpreadConstraints"
}

# METADATA
# title: Selector also matches the pods of another workload
# description: >-
#   Autoscalers, disruption budgets and tools that go by the selector count the pods of both, and Services built on
#   the same labels mix their traffic.
# custom:
#   severity: low
#   scope: object
#   kinds: [Deployment, ReplicaSet, DaemonSet, StatefulSet, ReplicationController]
#   requires: {pass: [Workload]}
#   remediation: Add a label that tells the workloads apart to both the selector and the pod template.
package audit.checks.workload.selector_overlap

import data.audit.lib.inv
import data.audit.lib.typed

deny contains {"path": "/spec/selector", "msg": sprintf("selector also matches %s", [other]), "object": other} if {
	selector := typed.object(input.object.spec.selector)
	selector != {}
	some w in inventory.select("Workload", input.namespace, selector)
	w.namespace == input.namespace
	w.kind in {"Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "ReplicationController"}
	[w.kind, w.name] != [input.kind, input.name]
	other := inv.id(w.kind, w.namespace, w.name)
}

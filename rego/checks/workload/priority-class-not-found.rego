# METADATA
# title: Pod asks for a priority class that does not exist
# description: >-
#   The API server refuses the pods, so the workload never starts.
# custom:
#   severity: medium
#   scope: pod
#   requires: {fail: [PriorityClass]}
#   remediation: Create the PriorityClass, or correct priorityClassName.
package audit.checks.workload.priority_class_not_found

import data.audit.lib.typed

deny contains {"path": "/spec/priorityClassName", "msg": sprintf("no PriorityClass %s", [name])} if {
	name := typed.string(input.pod.spec.priorityClassName)
	not name in {"", "system-cluster-critical", "system-node-critical"}
	not inventory.get("PriorityClass", "", name)
}

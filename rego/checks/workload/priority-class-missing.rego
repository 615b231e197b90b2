# METADATA
# title: Pod has no priority class
# description: >-
#   When nodes are full the pod has the same rank as every other one without a class.
# custom:
#   severity: info
#   scope: pod
#   enabled: false
#   unset: the default PriorityClass, else priority 0
#   remediation: Set priorityClassName.
package audit.checks.workload.priority_class_missing

deny contains {"path": "/spec/priorityClassName", "msg": "priorityClassName is not set"} if {
	object.get(input.pod, ["spec", "priorityClassName"], "") == ""
}

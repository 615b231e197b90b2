# METADATA
# title: Priority class is not on the accepted list
# description: >-
#   A pod with a high priority evicts others, so the classes that a team may use are agreed upon.
# custom:
#   severity: info
#   scope: pod
#   unset: the default PriorityClass, else priority 0
#   remediation: Use one of the accepted classes.
#   params:
#     accepted: {type: array, default: [], description: "Names of accepted classes; the check needs at least one"}
package audit.checks.workload.priority_class_not_accepted

accepted := data.params["priority-class-not-accepted"].accepted

applies if accepted != []

deny contains {"path": "/spec/priorityClassName", "msg": sprintf("priorityClassName is %v", [name])} if {
	name := input.pod.spec.priorityClassName
	name != ""
	not name in accepted
}

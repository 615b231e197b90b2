# METADATA
# title: Container runs privileged
# description: >-
#   A privileged container has every capability and every device of the node; whoever controls it controls the node.
# custom:
#   severity: critical
#   scope: container
#   points: -30
#   unset: not privileged
#   remediation: Set privileged to false and add only the capabilities or devices that are needed.
package audit.checks.workload.privileged_container

deny contains {"path": "/securityContext/privileged", "msg": "privileged is true"} if {
	input.container.security.privileged == true
}

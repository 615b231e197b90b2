# METADATA
# title: Container is privileged
# description: >-
#   A privileged container has every capability and every device of the node, so whoever controls it controls the
#   node.
# custom:
#   severity: critical
#   scope: pod
#   unset: the container is not privileged
#   remediation: Remove privileged or set it to false.
package audit.checks.pss.pss_privileged

deny contains {"path": sprintf("%s/securityContext/privileged", [c.pointer]), "msg": "privileged is true"} if {
	some c in input.containers
	c.spec.securityContext.privileged == true
}

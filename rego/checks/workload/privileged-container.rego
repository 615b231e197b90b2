# METADATA
# title: Container runs in privileged mode
# description: >-
#   A privileged container holds every capability, sees every device of the node and runs without seccomp and AppArmor,
#   so whoever controls it mounts the node's disk and is root there.
# custom:
#   severity: critical
#   scope: container
#   points: -30
#   unset: the container is not privileged
#   remediation: Remove privileged or set it to false, and add only the one capability or device that the program needs.
package audit.checks.workload.privileged_container

# In a user namespace of its own, root is a stranger on the node and needs a kernel bug to get there.
default severity := "critical"

severity := "high" if input.pod.spec.hostUsers == false

deny contains {
	"path": "/securityContext/privileged",
	"msg": "privileged is true",
	"severity": severity,
	"fix": [{"op": "replace", "path": "/securityContext/privileged", "value": false}],
} if {
	input.container.security.privileged == true
}

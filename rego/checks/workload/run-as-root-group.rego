# METADATA
# title: Container's primary group is 0
# description: >-
#   Files that belong to group root, on the node through a mount or in the image, are open to the process, and files it
#   creates on shared volumes belong to that group.
# custom:
#   severity: medium
#   scope: container
#   unset: the group that the image's /etc/passwd has for the user, else 0 (root)
#   remediation: Set runAsGroup to a number above 0 and use fsGroup for the volumes it has to write.
package audit.checks.workload.run_as_root_group

# Beside user 0, the user is the cause.
applies if not input.container.security.runAsUser == 0

deny contains {"path": "/securityContext/runAsGroup", "msg": "runAsGroup is 0 (root)"} if {
	input.container.security.runAsGroup == 0
	not input.pod.spec.hostUsers == false
}

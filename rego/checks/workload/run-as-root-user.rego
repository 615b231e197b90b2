# METADATA
# title: Container runs as user 0
# description: >-
#   Root in the container is root on the node as soon as a mount, a capability or a bug of kernel or runtime leads out.
# custom:
#   severity: high
#   scope: container
#   unset: the image decides
#   remediation: >-
#     Set runAsUser to a number above 0 for which the image's files are readable, or remove it and let an image with a
#     numeric USER decide, with runAsNonRoot true.
package audit.checks.workload.run_as_root_user

default severity := "high"

# The kubelet refuses to start the contradiction: an outage, not an exposure.
severity := "medium" if input.container.security.runAsNonRoot == true

deny contains {"path": "/securityContext/runAsUser", "msg": "runAsUser is 0 (root)", "severity": severity} if {
	input.container.security.runAsUser == 0
	not input.pod.spec.hostUsers == false # root of a user namespace is nobody on the node
}

# METADATA
# title: Nothing keeps the container from running as root
# description: >-
#   Without runAsNonRoot or a user id the image decides, and an image without USER runs as root: one mount, capability
#   or kernel bug away from root on the node. A later build of the image can change it unnoticed.
# custom:
#   severity: high
#   scope: container
#   points: 1
#   unset: the container runs as the image's user, which is root unless the image says otherwise
#   remediation: >-
#     Set runAsNonRoot to true. An image whose USER is root, or a name instead of a number, needs runAsUser with a
#     number above 0 as well, or it does not start.
package audit.checks.workload.run_as_non_root

import data.audit.lib.patch

# A written user id of 0 is run-as-root-user's.
applies if not input.container.security.runAsUser == 0

kept if input.container.security.runAsNonRoot == true

# 0 does not apply, and a number below is no user id.
kept if {
	is_number(input.container.security.runAsUser)
	abs(input.container.security.runAsUser) == input.container.security.runAsUser
}

kept if input.pod.spec.hostUsers == false # root of a user namespace is nobody on the node

kept if is_string(input.container.security.windowsOptions.runAsUserName)

default context := null

context := input.container.spec.securityContext

deny contains {
	"path": "/securityContext/runAsNonRoot",
	"msg": "runAsNonRoot is not true and runAsUser is not set",
	"fix": patch.set("/securityContext", context, "runAsNonRoot", true),
} if {
	not kept
}

# METADATA
# title: Container does not say that it is not privileged
# description: >-
#   Unset means not privileged, so nothing is open. A written false shows a reviewer, and a policy that only reads the
#   manifest, that this was meant.
# custom:
#   severity: info
#   scope: container
#   enabled: false
#   unset: the container is not privileged
#   remediation: Set securityContext.privileged to false.
package audit.checks.workload.privileged_not_explicit

import data.audit.lib.patch

default context := null

context := input.container.spec.securityContext

stated if input.container.security.privileged != null

deny contains {
	"path": "/securityContext/privileged",
	"msg": "privileged is not set",
	"fix": patch.set("/securityContext", context, "privileged", false),
} if {
	not stated
}

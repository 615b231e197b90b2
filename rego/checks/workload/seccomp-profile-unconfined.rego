# METADATA
# title: Container switches the seccomp filter off
# description: >-
#   Every system call of the kernel is open, even where the kubelet would have filtered by default, which is where most
#   escapes from a container start.
# custom:
#   severity: high
#   scope: container
#   points: -1
#   unset: no profile, unless the kubelet runs with seccompDefault
#   remediation: >-
#     Set the type to RuntimeDefault. A program that needs a call which that blocks gets a Localhost profile with it.
package audit.checks.workload.seccomp_profile_unconfined

import data.audit.lib.patch

default context := null

context := input.container.spec.securityContext

deny contains {
	"path": "/securityContext/seccompProfile/type",
	"msg": sprintf("seccompProfile type is %v", [type]),
	"fix": patch.set("/securityContext", context, "seccompProfile", {"type": "RuntimeDefault"}),
} if {
	type := input.container.security.seccompProfile.type
	not type in {"Localhost", "RuntimeDefault"}
}

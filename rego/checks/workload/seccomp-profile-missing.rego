# METADATA
# title: Container has no seccomp profile
# description: >-
#   Unless the kubelet is set to a default, every system call of the kernel is open, which is where most escapes from a
#   container start.
# custom:
#   severity: medium
#   scope: container
#   points: 1
#   unset: no profile, unless the kubelet runs with seccompDefault
#   remediation: >-
#     Set seccompProfile of the pod to type RuntimeDefault; hardly any program needs more.
package audit.checks.workload.seccomp_profile_missing

import data.audit.lib.patch

# An annotation in its stead is seccomp-annotation-deprecated's. A privileged container has no filter, whatever is set:
# privileged-container's.
applies if {
	not windows
	not annotated
	not input.container.security.privileged == true
}

windows if input.pod.spec.os.name == "windows"

windows if input.pod.spec.nodeSelector["kubernetes.io/os"] == "windows"

annotated if input.pod.metadata.annotations["seccomp.security.alpha.kubernetes.io/pod"]

annotated if {
	key := sprintf("container.seccomp.security.alpha.kubernetes.io/%v", [input.container.name])
	input.pod.metadata.annotations[key]
}

default context := null

context := input.container.spec.securityContext

deny contains {
	"path": "/securityContext/seccompProfile",
	"msg": "seccompProfile is not set",
	"fix": patch.set("/securityContext", context, "seccompProfile", {"type": "RuntimeDefault"}),
} if {
	not input.container.security.seccompProfile.type
}

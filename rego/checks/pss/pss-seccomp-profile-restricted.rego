# METADATA
# title: Seccomp profile is not set, turned off or unknown
# description: >-
#   Without a seccomp filter the container may use every system call of the node's kernel, including those that
#   exploits of the kernel need. The restricted level wants a profile to be named.
# custom:
#   severity: medium
#   scope: pod
#   unset: unconfined, unless the kubelet sets the runtime's default profile
#   remediation: Set seccompProfile.type to RuntimeDefault in the pod's securityContext and do not override it.
package audit.checks.pss.pss_seccomp_profile_restricted

import data.audit.lib.pss

applies if pss.at_least("1.19")

windows if {
	pss.at_least("1.25")
	input.pod.spec.os.name == "windows"
}

types := {"RuntimeDefault", "Localhost"}

deny contains {"path": "/spec/securityContext/seccompProfile/type", "msg": msg} if {
	not windows
	type := pss.field(input.pod.spec.securityContext.seccompProfile, "type")
	not type in types
	msg := sprintf("seccompProfile.type is %v", [type])
}

deny contains {"path": path, "msg": sprintf("seccompProfile.type is %v", [type])} if {
	not windows
	some c in input.containers
	type := pss.field(c.spec.securityContext.seccompProfile, "type")
	not type in types
	path := sprintf("%s/securityContext/seccompProfile/type", [c.pointer])
}

# A container without a profile under a pod with a bad one: the pod's finding says it.
deny contains {"path": path, "msg": "seccompProfile is not set"} if {
	not windows
	not input.pod.spec.securityContext.seccompProfile
	some c in input.containers
	not c.spec.securityContext.seccompProfile
	path := sprintf("%s/securityContext/seccompProfile", [c.pointer])
}

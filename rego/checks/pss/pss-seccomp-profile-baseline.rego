# METADATA
# title: Seccomp profile is turned off or unknown
# description: >-
#   Without a seccomp filter the container may use every system call of the node's kernel, including those that
#   exploits of the kernel need.
# custom:
#   severity: medium
#   scope: pod
#   unset: unconfined, unless the kubelet sets the runtime's default profile; this level accepts it
#   remediation: Use the type RuntimeDefault or Localhost.
package audit.checks.pss.pss_seccomp_profile_baseline

import data.audit.lib.pss

types := {"RuntimeDefault", "Localhost"}

deny contains {"path": "/spec/securityContext/seccompProfile/type", "msg": msg} if {
	pss.at_least("1.19")
	type := pss.field(input.pod.spec.securityContext.seccompProfile, "type")
	not type in types
	msg := sprintf("seccompProfile.type is %v", [type])
}

deny contains {"path": path, "msg": sprintf("seccompProfile.type is %v", [type])} if {
	pss.at_least("1.19")
	some c in input.containers
	type := pss.field(c.spec.securityContext.seccompProfile, "type")
	not type in types
	path := sprintf("%s/securityContext/seccompProfile/type", [c.pointer])
}

# Until 1.18 annotations decided, those of existing containers only. An empty value is not allowed.
annotations contains "seccomp.security.alpha.kubernetes.io/pod"

annotations contains key if {
	some c in input.containers
	key := sprintf("container.seccomp.security.alpha.kubernetes.io/%v", [c.name])
}

annotations contains "container.seccomp.security.alpha.kubernetes.io/" if {
	some c in input.containers
	not c.name
}

deny contains {"path": sprintf("/metadata/annotations/%s", [pss.token(key)]), "msg": msg} if {
	not pss.at_least("1.19")
	some key in annotations
	profile := input.pod.metadata.annotations[key]
	is_string(profile)
	not profile in {"runtime/default", "docker/default"}
	not startswith(profile, "localhost/")
	msg := sprintf("seccomp annotation is %s", [profile])
}

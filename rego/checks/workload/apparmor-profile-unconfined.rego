# METADATA
# title: Container switches AppArmor off
# description: >-
#   On nodes with AppArmor the runtime's profile keeps a container from mounting, from writing to /proc/sys and from
#   tracing others; without it a process with capabilities does all that.
# custom:
#   severity: high
#   scope: container
#   points: -1
#   unset: the runtime's default profile where the node has AppArmor
#   remediation: Remove the setting, or name a profile of the node with type Localhost.
package audit.checks.workload.apparmor_profile_unconfined

import data.audit.lib.patch

default context := null

context := input.container.spec.securityContext

deny contains {
	"path": "/securityContext/appArmorProfile/type",
	"msg": sprintf("appArmorProfile type is %v", [type]),
	"fix": patch.set("/securityContext", context, "appArmorProfile", {"type": "RuntimeDefault"}),
} if {
	type := input.container.security.appArmorProfile.type
	not type in {"Localhost", "RuntimeDefault"}
}

# The API server turns the annotation into the container's field, unless that is set.
deny contains {
	"at": "pod",
	"path": sprintf("/metadata/annotations/%s", [replace(key, "/", "~1")]),
	"msg": sprintf("annotation %s is %v", [key, profile]),
} if {
	not input.container.spec.securityContext.appArmorProfile
	key := sprintf("container.apparmor.security.beta.kubernetes.io/%v", [input.container.name])
	profile := input.pod.metadata.annotations[key]
	not confined(profile)
}

confined(profile) if profile in {"", "runtime/default"}

confined(profile) if startswith(sprintf("%v", [profile]), "localhost/")

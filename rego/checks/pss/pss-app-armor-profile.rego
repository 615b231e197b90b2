# METADATA
# title: AppArmor profile is turned off or unknown
# description: >-
#   Without the runtime's AppArmor profile a process in a container may write to paths below /proc and /sys and
#   mount file systems, which eases a breakout.
# custom:
#   severity: medium
#   scope: pod
#   unset: the runtime's default profile, where the node has AppArmor
#   remediation: Remove the profile or use RuntimeDefault or Localhost.
package audit.checks.pss.pss_app_armor_profile

import data.audit.lib.pss

types := {"RuntimeDefault", "Localhost"}

deny contains {"path": "/spec/securityContext/appArmorProfile/type", "msg": msg} if {
	type := pss.field(input.pod.spec.securityContext.appArmorProfile, "type")
	not type in types
	msg := sprintf("appArmorProfile.type is %v", [type])
}

deny contains {"path": path, "msg": sprintf("appArmorProfile.type is %v", [type])} if {
	some c in input.containers
	type := pss.field(c.spec.securityContext.appArmorProfile, "type")
	not type in types
	path := sprintf("%s/securityContext/appArmorProfile/type", [c.pointer])
}

# The annotations count in every version, for containers that do not exist as well.
deny contains {"path": sprintf("/metadata/annotations/%s", [pss.token(key)]), "msg": msg} if {
	is_object(input.pod.metadata.annotations)
	some key, profile in input.pod.metadata.annotations
	startswith(key, "container.apparmor.security.beta.kubernetes.io/")
	is_string(profile)
	not profile in {"", "runtime/default"}
	not startswith(profile, "localhost/")
	msg := sprintf("AppArmor annotation is %s", [profile])
}

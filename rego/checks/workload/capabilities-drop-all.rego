# METADATA
# title: Container does not drop all capabilities
# description: >-
#   The runtime's default set lets root in the container change owners, ignore file permissions, switch users and forge
#   packets, none of which an ordinary program needs and all of which help an attacker.
# custom:
#   severity: medium
#   scope: container
#   points: 2
#   unset: the container keeps the runtime's default set
#   remediation: >-
#     Set capabilities.drop to [ALL] and add back the few that the program proves to need, such as NET_BIND_SERVICE.
package audit.checks.workload.capabilities_drop_all

import data.audit.lib.capability
import data.audit.lib.patch

# Privileged means every capability, whatever is dropped: privileged-container's.
applies if {
	not windows
	not input.container.security.privileged == true
}

windows if input.pod.spec.os.name == "windows"

windows if input.pod.spec.nodeSelector["kubernetes.io/os"] == "windows"

dropped if capability.spelled(input.container.security.capabilities.drop[_]) == "ALL"

default context := null

context := input.container.spec.securityContext

default capabilities := {}

capabilities := input.container.security.capabilities

deny contains {
	"path": "/securityContext/capabilities/drop",
	"msg": "capabilities.drop does not contain ALL",
	"fix": patch.set("/securityContext", context, "capabilities", object.union(capabilities, {"drop": ["ALL"]})),
} if {
	not dropped
}

# METADATA
# title: Container does not refuse to gain privileges
# description: >-
#   Without an explicit false the kernel honours setuid programs and file capabilities, so an attacker who is a plain
#   user in the container has a way to become root in it.
# custom:
#   severity: medium
#   scope: container
#   unset: escalation is allowed
#   remediation: Set allowPrivilegeEscalation to false; programs that start as the user they run as do not notice.
package audit.checks.workload.privilege_escalation_not_disabled

import data.audit.lib.patch

# True is privilege-escalation-enabled's. The API refuses false beside privileged, which is privileged-container's.
applies if {
	not input.container.security.allowPrivilegeEscalation == true
	not input.container.security.privileged == true
	not windows
}

windows if input.pod.spec.os.name == "windows"

windows if input.pod.spec.nodeSelector["kubernetes.io/os"] == "windows"

default context := null

context := input.container.spec.securityContext

deny contains {
	"path": "/securityContext/allowPrivilegeEscalation",
	"msg": "allowPrivilegeEscalation is not set",
	"fix": patch.set("/securityContext", context, "allowPrivilegeEscalation", false),
} if {
	not input.container.security.allowPrivilegeEscalation == false
}

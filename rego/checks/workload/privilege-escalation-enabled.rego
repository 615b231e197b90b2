# METADATA
# title: Container asks to gain privileges beyond its parent process
# description: >-
#   allowPrivilegeEscalation leaves no_new_privs off, so a setuid program or a file capability in the image turns an
#   unprivileged process into root.
# custom:
#   severity: high
#   scope: container
#   points: -7
#   unset: escalation is allowed, which is another check
#   remediation: Set allowPrivilegeEscalation to false; programs that start as the user they run as do not notice.
package audit.checks.workload.privilege_escalation_enabled

# Beside privileged the API refuses false: the repair needs that of privileged-container, too.
deny contains {
	"path": "/securityContext/allowPrivilegeEscalation",
	"msg": "allowPrivilegeEscalation is true",
	"fix": [{"op": "replace", "path": "/securityContext/allowPrivilegeEscalation", "value": false}],
} if {
	input.container.security.allowPrivilegeEscalation == true
}

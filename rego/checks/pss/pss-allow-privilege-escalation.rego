# METADATA
# title: Container may gain privileges
# description: >-
#   Without allowPrivilegeEscalation false a setuid program or one with file capabilities gives a process more
#   rights than the container was started with.
# custom:
#   severity: medium
#   scope: pod
#   unset: privileges may be gained
#   remediation: Set allowPrivilegeEscalation to false in every container.
package audit.checks.pss.pss_allow_privilege_escalation

import data.audit.lib.pss

applies if pss.at_least("1.8")

windows if {
	pss.at_least("1.25")
	input.pod.spec.os.name == "windows"
}

deny contains {"path": path, "msg": "allowPrivilegeEscalation is not false"} if {
	not windows
	some c in input.containers
	not c.spec.securityContext.allowPrivilegeEscalation == false
	path := sprintf("%s/securityContext/allowPrivilegeEscalation", [c.pointer])
}

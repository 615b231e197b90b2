# METADATA
# title: User id is root's
# description: >-
#   A process that runs as user 0 is root on the node once it escapes its container. In a user namespace it is
#   nobody there, so the standard accepts that from 1.35 on.
# custom:
#   severity: medium
#   scope: pod
#   unset: the image's user; this check accepts it
#   remediation: Set runAsUser to an id other than 0 or remove it.
package audit.checks.pss.pss_run_as_user

import data.audit.lib.pss

applies if pss.at_least("1.23")

user_namespace if {
	pss.at_least("1.35")
	input.pod.spec.hostUsers == false
}

deny contains {"path": "/spec/securityContext/runAsUser", "msg": "runAsUser is 0"} if {
	not user_namespace
	input.pod.spec.securityContext.runAsUser == 0
}

deny contains {"path": sprintf("%s/securityContext/runAsUser", [c.pointer]), "msg": "runAsUser is 0"} if {
	not user_namespace
	some c in input.containers
	c.spec.securityContext.runAsUser == 0
}

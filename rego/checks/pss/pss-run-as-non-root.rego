# METADATA
# title: Container may run as root
# description: >-
#   Without runAsNonRoot the image decides, and root in a container is root on the node once it escapes. In a user
#   namespace it is nobody there, so the standard accepts that from 1.35 on.
# custom:
#   severity: medium
#   scope: pod
#   unset: the image's user, root included
#   remediation: Set runAsNonRoot to true in the pod's securityContext and do not override it.
package audit.checks.pss.pss_run_as_non_root

import data.audit.lib.pss

user_namespace if {
	pss.at_least("1.35")
	input.pod.spec.hostUsers == false
}

deny contains {"path": "/spec/securityContext/runAsNonRoot", "msg": "runAsNonRoot is false"} if {
	not user_namespace
	input.pod.spec.securityContext.runAsNonRoot == false
}

deny contains {"path": sprintf("%s/securityContext/runAsNonRoot", [c.pointer]), "msg": "runAsNonRoot is false"} if {
	not user_namespace
	some c in input.containers
	c.spec.securityContext.runAsNonRoot == false
}

pod_decides if is_boolean(input.pod.spec.securityContext.runAsNonRoot)

deciding contains c.pointer if {
	some c in input.containers
	is_boolean(c.spec.securityContext.runAsNonRoot)
}

# A container without a value under a pod with false: the pod's finding says it.
deny contains {"path": sprintf("%s/securityContext/runAsNonRoot", [c.pointer]), "msg": "runAsNonRoot is not set"} if {
	not user_namespace
	not pod_decides
	some c in input.containers
	not c.pointer in deciding
}

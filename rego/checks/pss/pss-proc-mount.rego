# METADATA
# title: Container's /proc is not masked
# description: >-
#   Without the runtime's masks the container reads and writes settings of the node's kernel below /proc. In a user
#   namespace the pod's root is nobody on the node, so there the baseline level accepts it from 1.35 on.
# custom:
#   severity: high
#   scope: pod
#   unset: the runtime masks /proc
#   remediation: Remove procMount or set it to Default.
package audit.checks.pss.pss_proc_mount

import data.audit.lib.pss

user_namespace if {
	pss.at_least("1.35")
	input.pod.spec.hostUsers == false
}

deny contains {"path": path, "msg": sprintf("procMount is %v", [c.spec.securityContext.procMount])} if {
	not user_namespace
	some c in input.containers
	c.spec.securityContext.procMount != "Default"
	path := sprintf("%s/securityContext/procMount", [c.pointer])
}

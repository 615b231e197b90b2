# METADATA
# title: Container's /proc is not masked (restricted)
# description: >-
#   Without the runtime's masks the container reads and writes settings of the node's kernel below /proc. The
#   restricted level makes no exception for user namespaces.
# custom:
#   severity: high
#   scope: pod
#   unset: the runtime masks /proc
#   remediation: Remove procMount or set it to Default.
package audit.checks.pss.pss_proc_mount_restricted

import data.audit.lib.pss

# Until 1.34 pss-proc-mount made no exception either, so there was no second check.
applies if pss.at_least("1.35")

deny contains {"path": path, "msg": sprintf("procMount is %v", [c.spec.securityContext.procMount])} if {
	some c in input.containers
	c.spec.securityContext.procMount != "Default"
	path := sprintf("%s/securityContext/procMount", [c.pointer])
}

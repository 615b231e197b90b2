# METADATA
# title: Pod shares the host's process namespace
# description: >-
#   The pod sees the processes of the node with their environments and arguments.
# custom:
#   severity: high
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   unset: a process namespace of its own
#   remediation: Remove hostPID or set it to false.
package audit.checks.kubesec.kubesec_host_pid

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "hostPID is true"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	spec.hostPID == true
}

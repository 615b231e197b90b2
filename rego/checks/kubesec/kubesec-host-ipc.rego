# METADATA
# title: Pod shares the host's IPC namespace
# description: >-
#   Processes of the pod reach the shared memory and semaphores of processes on the node.
# custom:
#   severity: high
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   unset: an IPC namespace of its own
#   remediation: Remove hostIPC or set it to false.
package audit.checks.kubesec.kubesec_host_ipc

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "hostIPC is true"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	spec.hostIPC == true
}

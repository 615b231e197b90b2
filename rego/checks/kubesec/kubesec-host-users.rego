# METADATA
# title: Pod has a user namespace of its own
# description: >-
#   Root in the pod is nobody on the node, so an escape gains little.
# custom:
#   severity: info
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   unset: the host's user namespace
#   remediation: Set hostUsers to false.
package audit.checks.kubesec.kubesec_host_users

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "hostUsers is false"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	spec.hostUsers == false
}

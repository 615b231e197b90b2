# METADATA
# title: A container turns seccomp off
# description: >-
#   Every system call is allowed. A container without a value has the pod's. As in kubesec, one container of the pod
#   is enough.
# custom:
#   severity: medium
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   unset: not counted
#   remediation: Use RuntimeDefault or Localhost.
package audit.checks.kubesec.kubesec_seccomp_unconfined

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "seccompProfile.type is Unconfined"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	some container in kubesec.containers(spec)
	kubesec.inherited(spec, container, ["securityContext", "seccompProfile", "type"], "string") == "Unconfined"
}

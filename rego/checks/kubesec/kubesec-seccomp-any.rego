# METADATA
# title: A container has a seccomp profile
# description: >-
#   Only some system calls are allowed. kubesec accepts every type but Unconfined, unknown ones included. A
#   container without a value has the pod's. As in kubesec, one container of the pod is enough.
# custom:
#   severity: info
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   unset: unconfined, unless the kubelet sets the default profile
#   remediation: Set seccompProfile.type to RuntimeDefault.
package audit.checks.kubesec.kubesec_seccomp_any

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "seccompProfile.type is set"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	some container in kubesec.containers(spec)
	kubesec.inherited(spec, container, ["securityContext", "seccompProfile", "type"], "string") != "Unconfined"
}

# METADATA
# title: A container allows privilege escalation
# description: >-
#   A setuid program can gain more rights than the container was started with. kubesec counts the value true only,
#   not its absence. As in kubesec, one container of the pod is enough.
# custom:
#   severity: medium
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   unset: allowed, and not counted
#   remediation: Set allowPrivilegeEscalation to false.
package audit.checks.kubesec.kubesec_allow_privilege_escalation

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "allowPrivilegeEscalation is true"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	some container in kubesec.containers(spec)
	container.securityContext.allowPrivilegeEscalation == true
}

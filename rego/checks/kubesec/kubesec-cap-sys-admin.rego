# METADATA
# title: A container adds a capability whose name contains SYS_ADMIN
# description: >-
#   CAP_SYS_ADMIN lets the container mount file systems and much else that breaks out of it. kubesec searches for
#   the text and does not know ALL. As in kubesec, one container of the pod is enough.
# custom:
#   severity: critical
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   unset: the runtime's default capabilities
#   remediation: Remove the capability from capabilities.add.
package audit.checks.kubesec.kubesec_cap_sys_admin

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "capabilities.add has SYS_ADMIN"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	some container in kubesec.containers(spec)
	contains(sprintf("%v", [container.securityContext.capabilities.add]), "SYS_ADMIN")
}

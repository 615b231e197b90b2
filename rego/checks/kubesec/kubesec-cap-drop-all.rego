# METADATA
# title: A container drops all capabilities
# description: >-
#   A process without capabilities has no special rights towards the kernel. kubesec searches for the text ALL in
#   any case, so other names that contain it count. As in kubesec, one container of the pod is enough.
# custom:
#   severity: info
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   unset: the runtime's default capabilities
#   remediation: Drop ALL.
package audit.checks.kubesec.kubesec_cap_drop_all

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "capabilities.drop has ALL"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	some container in kubesec.containers(spec)
	contains(upper(sprintf("%v", [container.securityContext.capabilities.drop])), "ALL")
}

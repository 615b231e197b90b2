# METADATA
# title: A container is privileged
# description: >-
#   A privileged container has every capability and every device of the node. As in kubesec, one container of the
#   pod is enough.
# custom:
#   severity: critical
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   unset: not privileged
#   remediation: Remove privileged or set it to false.
package audit.checks.kubesec.kubesec_privileged

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "privileged is true"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	some container in kubesec.containers(spec)
	container.securityContext.privileged == true
}

# METADATA
# title: A container drops capabilities
# description: >-
#   Every capability that is dropped is one less to misuse. As in kubesec, one container of the pod is enough.
# custom:
#   severity: info
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   unset: the runtime's default capabilities
#   remediation: Drop ALL.
package audit.checks.kubesec.kubesec_cap_drop_any

import data.audit.lib.kubesec

# kubesec ignores a list with a null item; the engine turns such an item into the empty string.
deny contains {"path": "", "msg": "capabilities.drop is set"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	some container in kubesec.containers(spec)
	is_array(container.securityContext.capabilities.drop)
	count(container.securityContext.capabilities.drop) > 0
	not "" in container.securityContext.capabilities.drop
}

# METADATA
# title: A container runs as a user with a high id
# description: >-
#   Such an id is unlikely to belong to an account of the node. A container without a value has the pod's. As in
#   kubesec, one container of the pod is enough.
# custom:
#   severity: info
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   unset: the image's user
#   remediation: Set runAsUser to an id above 10000.
package audit.checks.kubesec.kubesec_run_as_user

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "runAsUser is above 10000"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	some container in kubesec.containers(spec)
	kubesec.inherited(spec, container, ["securityContext", "runAsUser"], "number") > 10000
}

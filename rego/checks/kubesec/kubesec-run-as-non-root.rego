# METADATA
# title: A container must run as a user other than root
# description: >-
#   The kubelet refuses to start the image as root. A container without a value has the pod's. As in kubesec, one
#   container of the pod is enough.
# custom:
#   severity: info
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   unset: the image decides
#   remediation: Set runAsNonRoot to true.
package audit.checks.kubesec.kubesec_run_as_non_root

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "runAsNonRoot is true"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	some container in kubesec.containers(spec)
	kubesec.inherited(spec, container, ["securityContext", "runAsNonRoot"], "boolean") == true
}

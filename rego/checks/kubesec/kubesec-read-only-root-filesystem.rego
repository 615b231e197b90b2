# METADATA
# title: A container has a read-only root file system
# description: >-
#   An attacker cannot add or change programs of the image. As in kubesec, one container of the pod is enough.
# custom:
#   severity: info
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   unset: writable
#   remediation: Set readOnlyRootFilesystem to true.
package audit.checks.kubesec.kubesec_read_only_root_filesystem

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "readOnlyRootFilesystem is true"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	some container in kubesec.containers(spec)
	container.securityContext.readOnlyRootFilesystem == true
}

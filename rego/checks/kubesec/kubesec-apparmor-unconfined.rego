# METADATA
# title: A container turns AppArmor off
# description: >-
#   Nothing restricts files and mounts of the container. kubesec knows no annotations. A container without a value
#   has the pod's. As in kubesec, one container of the pod is enough.
# custom:
#   severity: medium
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   unset: not counted
#   remediation: Use RuntimeDefault or Localhost.
package audit.checks.kubesec.kubesec_apparmor_unconfined

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "appArmorProfile.type is Unconfined"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	some container in kubesec.containers(spec)
	kubesec.inherited(spec, container, ["securityContext", "appArmorProfile", "type"], "string") == "Unconfined"
}

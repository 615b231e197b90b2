# METADATA
# title: A container names an AppArmor profile
# description: >-
#   The profile restricts files, mounts and capabilities. kubesec accepts every type but Unconfined and knows no
#   annotations. A container without a value has the pod's. As in kubesec, one container of the pod is enough.
# custom:
#   severity: info
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   unset: the runtime's default profile, where the node has AppArmor; not counted
#   remediation: Set appArmorProfile.type to RuntimeDefault.
package audit.checks.kubesec.kubesec_apparmor_any

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "appArmorProfile.type is set"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	some container in kubesec.containers(spec)
	kubesec.inherited(spec, container, ["securityContext", "appArmorProfile", "type"], "string") != "Unconfined"
}

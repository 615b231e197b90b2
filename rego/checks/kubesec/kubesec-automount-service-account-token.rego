# METADATA
# title: Pod mounts no service account token
# description: >-
#   A process in the pod finds no credentials for the API server. kubesec looks at the pod only, not at its service
#   account.
# custom:
#   severity: info
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   unset: mounted, unless the service account says no
#   remediation: Set automountServiceAccountToken to false in pods that do not talk to the API server.
package audit.checks.kubesec.kubesec_automount_service_account_token

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "automountServiceAccountToken is false"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	spec.automountServiceAccountToken == false
}

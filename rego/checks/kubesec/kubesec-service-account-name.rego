# METADATA
# title: Pod names a service account
# description: >-
#   An account of its own can have exactly the rights the workload needs. As in kubesec any value counts, the empty
#   one and default included.
# custom:
#   severity: info
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   unset: the account default
#   remediation: Name a service account with just the rights that the workload needs.
package audit.checks.kubesec.kubesec_service_account_name

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "serviceAccountName is set"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	spec.serviceAccountName
}

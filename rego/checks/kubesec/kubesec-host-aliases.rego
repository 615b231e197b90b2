# METADATA
# title: Pod sets entries of /etc/hosts
# description: >-
#   Names that are set in the pod pass by DNS. As in kubesec an empty list counts.
# custom:
#   severity: low
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   unset: the runtime manages the file
#   remediation: Remove hostAliases and use DNS.
package audit.checks.kubesec.kubesec_host_aliases

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "hostAliases is set"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	spec.hostAliases
}

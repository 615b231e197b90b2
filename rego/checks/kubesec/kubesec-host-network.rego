# METADATA
# title: Pod shares the host's network namespace
# description: >-
#   The pod reaches services that listen on loopback of the node and sees its traffic.
# custom:
#   severity: high
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   unset: a network namespace of its own
#   remediation: Remove hostNetwork or set it to false.
package audit.checks.kubesec.kubesec_host_network

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "hostNetwork is true"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	spec.hostNetwork == true
}

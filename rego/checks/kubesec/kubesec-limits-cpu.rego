# METADATA
# title: A container has a cpu limit
# description: >-
#   A container cannot starve its neighbours. Regular containers only. As in kubesec, one container of the pod is
#   enough.
# custom:
#   severity: info
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   unset: none, unless a LimitRange sets one
#   remediation: Set resources.limits.cpu.
package audit.checks.kubesec.kubesec_limits_cpu

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "resources.limits.cpu is set"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	is_array(spec.containers)
	some container in spec.containers
	container.resources.limits.cpu
}

# METADATA
# title: Pod is not restarted when it fails
# description: >-
#   A pod with restartPolicy Never stays down after its first failure.
# custom:
#   severity: info
#   scope: pod
#   kinds: [Pod]
#   enabled: false
#   unset: restartPolicy is Always
#   remediation: Set restartPolicy to Always or OnFailure.
package audit.checks.workload.restart_policy_not_accepted

deny contains {"path": "/spec/restartPolicy", "msg": "restartPolicy is Never"} if {
	input.pod.spec.restartPolicy == "Never"
}

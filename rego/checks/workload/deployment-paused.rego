# METADATA
# title: Deployment is paused
# description: >-
#   Changes of the pod template, security fixes too, are accepted but not rolled out.
# custom:
#   severity: info
#   scope: object
#   kinds: [Deployment]
#   unset: the Deployment is not paused
#   remediation: Remove spec.paused when the reason is gone.
package audit.checks.workload.deployment_paused

deny contains {"path": "/spec/paused", "msg": "paused is true"} if input.object.spec.paused == true

# METADATA
# title: Strategy Recreate has parameters of a rolling update
# description: >-
#   The API server refuses the Deployment. It usually happens when a patch changes only the type.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Deployment]
#   remediation: Remove strategy.rollingUpdate.
package audit.checks.workload.recreate_with_rolling_parameters

deny contains {
	"path": "/spec/strategy/rollingUpdate",
	"msg": "rollingUpdate beside type Recreate",
	"fix": [{"op": "remove", "path": "/spec/strategy/rollingUpdate"}],
} if {
	input.object.spec.strategy.type == "Recreate"
	input.object.spec.strategy.rollingUpdate
}

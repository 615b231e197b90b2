# METADATA
# title: Image is not pulled at every start
# description: >-
#   Unless the policy is Always a node starts a private image that it already has for any pod that names it, without
#   asking the registry whether that pod's credentials may have it.
# custom:
#   severity: low
#   scope: container
#   enabled: false
#   unset: Always for the tag latest, else IfNotPresent
#   remediation: Set imagePullPolicy to Always, or enable the AlwaysPullImages admission plugin.
package audit.checks.image_ref.ref_pull_policy_not_always

import data.audit.lib.images

deny contains {"path": "/imagePullPolicy", "msg": sprintf("imagePullPolicy is %s", [policy])} if {
	policy := images.pull_policy(input.container.spec, input.container.image)
	policy != "Always"
}

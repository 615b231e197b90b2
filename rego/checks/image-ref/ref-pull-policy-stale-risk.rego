# METADATA
# title: Moving tag is not pulled again
# description: >-
#   With imagePullPolicy IfNotPresent a node keeps whatever it once pulled under a tag that moves, so replicas run
#   different programs and a fixed image never arrives.
# custom:
#   severity: low
#   scope: container
#   unset: Always for the tag latest, else IfNotPresent
#   remediation: Name a version, or set imagePullPolicy to Always.
package audit.checks.image_ref.ref_pull_policy_stale_risk

import data.audit.lib.images

deny contains {"path": "/imagePullPolicy", "msg": sprintf("the moving tag %s is pulled once per node", [tag])} if {
	image := input.container.image
	images.name(image)
	not image.digest
	tag := object.get(image, "tag", "latest")
	images.is_channel(tag)
	images.pull_policy(input.container.spec, image) == "IfNotPresent" # Never: ref-pull-policy-never
}

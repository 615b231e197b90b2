# METADATA
# title: Image is never pulled
# description: >-
#   With imagePullPolicy Never the container runs whatever somebody loaded onto the node under that name, and starts
#   nowhere else; no registry is asked whether the image is still the right one.
# custom:
#   severity: low
#   scope: container
#   unset: Always for the tag latest, else IfNotPresent
#   remediation: Set imagePullPolicy to IfNotPresent or Always.
package audit.checks.image_ref.ref_pull_policy_never

deny contains {"path": "/imagePullPolicy", "msg": "imagePullPolicy is Never"} if {
	input.container.spec.imagePullPolicy == "Never"
}

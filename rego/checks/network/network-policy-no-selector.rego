# METADATA
# title: NetworkPolicy has no podSelector
# description: >-
#   A missing selector is decoded as the empty one and selects every pod of the namespace, which is rarely what a file
#   meant that left it out.
# custom:
#   severity: low
#   scope: object
#   kinds: [NetworkPolicy]
#   unset: every pod of the namespace is selected
#   remediation: Write podSelector, as {} when every pod is meant.
package audit.checks.network.network_policy_no_selector

deny contains {"path": "/spec/podSelector", "msg": "podSelector is not set"} if {
	spec := object.get(input.object, "spec", {})
	is_object(spec)
	object.get(spec, "podSelector", null) == null
}

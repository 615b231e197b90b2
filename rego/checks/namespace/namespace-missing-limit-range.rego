# METADATA
# title: Namespace has no default requests and limits for containers
# description: >-
#   A LimitRange gives requests and limits to containers that name none; without one such containers crowd out their
#   neighbours.
# custom:
#   severity: low
#   scope: object
#   kinds: [Namespace]
#   enabled: false
#   requires: {fail: [LimitRange]}
#   params:
#     exempt:
#       type: array
#       default: [kube-system, kube-public, kube-node-lease]
#       description: Namespaces that are not judged.
#   unset: containers get no defaults
#   remediation: Add a LimitRange with default and defaultRequest for containers.
package audit.checks.namespace.namespace_missing_limit_range

applies if not input.name in data.params["namespace-missing-limit-range"].exempt

deny contains {"path": "", "msg": sprintf("no LimitRange with %s for containers", [concat(" and ", absent)])} if {
	absent := {field | some field in ["default", "defaultRequest"]; not is_given(field)}
	count(absent) > 0
}

is_given(field) if {
	some range in inventory.list("LimitRange", input.name)
	some limit in range.spec.limits
	limit.type == "Container"
	count(limit[field]) > 0
}

# METADATA
# title: Namespace has no quota for CPU and memory
# description: Without a quota one namespace can take the resources of all, by mistake or on purpose.
# custom:
#   severity: low
#   scope: object
#   kinds: [Namespace]
#   requires: {fail: [ResourceQuota]}
#   params:
#     exempt:
#       type: array
#       default: [kube-system, kube-public, kube-node-lease]
#       description: Namespaces that are not judged.
#   unset: nothing is limited
#   remediation: Add a ResourceQuota with requests and limits of CPU and memory.
package audit.checks.namespace.namespace_missing_resource_quota

applies if not input.name in data.params["namespace-missing-resource-quota"].exempt

deny contains {"path": "", "msg": sprintf("no quota for %s", [concat(" and ", free)])} if {
	free := {resource | some resource in ["cpu", "memory"]; not is_limited(resource)}
	count(free) > 0
}

is_limited(resource) if {
	some key in [resource, sprintf("requests.%s", [resource]), sprintf("limits.%s", [resource])]
	some quota in inventory.list("ResourceQuota", input.name)
	quota.spec.hard[key]
}

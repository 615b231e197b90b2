# METADATA
# title: Service account has rights of its own
# description: >-
#   A list of what the accounts of the cluster may do, to be read by somebody who knows what they are for.
# custom:
#   severity: info
#   scope: object
#   kinds: [ServiceAccount]
#   enabled: false
#   requires:
#     pass: [ClusterRoleBinding, RoleBinding]
#   remediation: Remove bindings that the account no longer needs.
package audit.checks.rbac.rbac_sa_has_permissions

deny contains {
	"path": "/metadata/name",
	"msg": sprintf("%s through %s", [binding.role, where(binding)]),
} if {
	account := {"kind": "ServiceAccount", "namespace": input.namespace, "name": input.name}
	some binding in rbac.bindings(account)
	binding.own
	not binding.builtin
}

where(binding) := sprintf("%s %s", [binding.kind, binding.name]) if binding.namespace == ""

where(binding) := sprintf("%s %s/%s", [binding.kind, binding.namespace, binding.name]) if binding.namespace != ""

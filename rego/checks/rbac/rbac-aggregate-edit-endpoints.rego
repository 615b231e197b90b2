# METADATA
# title: Built-in edit role still allows to write Endpoints
# description: >-
#   Clusters that were made before Kubernetes 1.22 keep the right in their edit role; with it a tenant sends the
#   traffic of its Ingress or load balancer to pods of other namespaces (CVE-2021-25740).
# custom:
#   severity: medium
#   scope: object
#   kinds: [ClusterRole]
#   remediation: >-
#     Remove the rule for endpoints from system:aggregate-to-edit and set its annotation
#     rbac.authorization.kubernetes.io/autoupdate to false.
package audit.checks.rbac.rbac_aggregate_edit_endpoints

applies if input.name == "system:aggregate-to-edit"

deny contains {
	"path": grant.path,
	"msg": grant.text,
} if {
	some grant in rbac.grants(input.object.rules, "write-endpoints")
	"endpoints" in grant.resources
}

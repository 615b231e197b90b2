# METADATA
# title: Users of OpenShift create projects by themselves
# description: >-
#   Whoever is bound to self-provisioner gets projects of which it is the administrator, outside of anybody's quota
#   and review.
# custom:
#   severity: medium
#   scope: object
#   kinds: [ClusterRoleBinding]
#   remediation: >-
#     Remove the subjects, and set the annotation rbac.authorization.kubernetes.io/autoupdate of the binding to false.
package audit.checks.rbac.rbac_binding_self_provisioner

import data.audit.lib.bindings

deny contains {
	"path": "/roleRef/name",
	"msg": sprintf("self-provisioner for %s", [bindings.who(input.object.subjects)]),
} if {
	input.object.roleRef.kind == "ClusterRole"
	input.object.roleRef.name == "self-provisioner"
	bindings.subjects(input.object.subjects)[_]
}

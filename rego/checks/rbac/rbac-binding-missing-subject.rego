# METADATA
# title: Binding names a service account that does not exist
# description: >-
#   Whoever may create an account of that name, or a pod that names it, gets the rights, and nobody looks at the
#   binding then.
# custom:
#   severity: low
#   scope: object
#   kinds: [RoleBinding, ClusterRoleBinding]
#   requires:
#     fail: [ServiceAccount]
#   remediation: Correct the name and the namespace, or remove the subject.
package audit.checks.rbac.rbac_binding_missing_subject

import data.audit.lib.bindings
import data.audit.lib.inv
import data.audit.lib.roles

applies if roles.is_ours(input.labels)

deny contains {
	"path": sprintf("/subjects/%d", [number]),
	"msg": sprintf("ServiceAccount %s/%s does not exist", [namespace, subject.name]),
} if {
	some number, subject in bindings.subjects(input.object.subjects)
	subject.kind == "ServiceAccount"
	# Every namespace has that one.
	subject.name != "default"
	namespace := home(subject)
	not inv.exists("ServiceAccount", namespace, subject.name)
}

# Without one it is the binding's.
home(subject) := subject.namespace if subject.namespace != ""

home(subject) := input.namespace if object.get(subject, "namespace", "") == ""

# METADATA
# title: Service account of another namespace gets rights
# description: >-
#   Whoever runs pods in the other namespace has these rights here; where namespaces belong to different teams, one of
#   them is not in charge of its own.
# custom:
#   severity: low
#   scope: object
#   kinds: [RoleBinding]
#   remediation: Bind an account of the same namespace, or make sure that the other namespace is trusted as much.
package audit.checks.rbac.rbac_binding_cross_namespace_subject

import data.audit.lib.bindings

import data.audit.lib.roles

applies if roles.is_ours(input.labels)

deny contains {
	"path": sprintf("/subjects/%d/namespace", [number]),
	"msg": sprintf("%s %s for %s", [input.object.roleRef.kind, input.object.roleRef.name, bindings.words(subject)]),
} if {
	some number, subject in bindings.subjects(input.object.subjects)
	subject.kind == "ServiceAccount"
	input.namespace != ""
	not is_home(object.get(subject, "namespace", ""))
	# Reading is what such bindings are made for, by monitoring above all.
	bindings.worth(input.kind, input.namespace, input.object.roleRef) in {"takeover", "write"}
	not bindings.is_system(subject)
}

is_home(namespace) if namespace in {"", input.namespace}

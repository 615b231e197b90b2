# METADATA
# title: Volume path comes from a value that others can set
# description: >-
#   subPathExpr picks the directory of the volume by an environment variable. When that comes from an annotation, label,
#   ConfigMap or Secret, whoever may change it directs the pod to another pod's data.
# custom:
#   severity: low
#   scope: container
#   remediation: >-
#     Build the path from metadata.name, metadata.namespace or metadata.uid, or from a value written in the pod.
package audit.checks.workload.sub_path_expr_untrusted

source(variable) := "metadata.annotations" if {
	is_string(variable.valueFrom.fieldRef.fieldPath)
	startswith(variable.valueFrom.fieldRef.fieldPath, "metadata.annotations[")
} else := "metadata.labels" if {
	is_string(variable.valueFrom.fieldRef.fieldPath)
	startswith(variable.valueFrom.fieldRef.fieldPath, "metadata.labels[")
} else := "a ConfigMap" if {
	is_object(variable.valueFrom.configMapKeyRef)
} else := "a Secret" if {
	is_object(variable.valueFrom.secretKeyRef)
}

deny contains {
	"path": sprintf("/volumeMounts/%v/subPathExpr", [i]),
	"msg": sprintf("subPathExpr takes %v from %s", [variable.name, origin]),
} if {
	some i
	expression := input.container.spec.volumeMounts[i].subPathExpr
	is_string(expression)
	variable := input.container.spec.env[_]
	contains(expression, sprintf("$(%v)", [variable.name]))
	origin := source(variable)
}

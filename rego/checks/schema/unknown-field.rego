# METADATA
# title: Object has a field that Kubernetes does not know
# description: >-
#   The field is refused or silently dropped: what it was meant to set, such as a security setting with a misspelt
#   name, does not apply.
# custom:
#   severity: medium
#   scope: object
#   kinds: ["*"]
#   remediation: Correct the name or the indentation of the field, or remove it.
package audit.checks.schema.unknown_field

deny contains {"path": d.pointer, "msg": d.message} if {
	some d in input.diagnostics
	d.code == "unknown-field"
}

# METADATA
# title: Key stands twice in one mapping
# description: >-
#   Strict readers refuse the document, others keep the last value: what a reviewer reads first is not what runs.
# custom:
#   severity: medium
#   scope: object
#   kinds: ["*"]
#   remediation: Remove one of the two.
package audit.checks.schema.duplicate_key

deny contains {"path": d.pointer, "msg": d.message} if {
	some d in input.diagnostics
	d.code == "duplicate-key"
}

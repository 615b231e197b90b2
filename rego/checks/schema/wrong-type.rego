# METADATA
# title: Field has a value of the wrong type
# description: >-
#   The API server refuses the object. The usual slips are a number or boolean where a string is wanted, or a single
#   value for a list.
# custom:
#   severity: medium
#   scope: object
#   kinds: ["*"]
#   remediation: Write the value in the type of the field; put numbers and booleans in quotes where a string is wanted.
package audit.checks.schema.wrong_type

deny contains {"path": d.pointer, "msg": d.message} if {
	some d in input.diagnostics
	d.code == "wrong-type"
}

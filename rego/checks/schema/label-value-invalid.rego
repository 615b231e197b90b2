# METADATA
# title: Label or annotation is not valid
# description: >-
#   The API server refuses the object. Values have at most 63 letters, digits, dashes, dots and underscores and begin
#   and end with a letter or digit; keys may have a DNS name and a slash before such a word.
# custom:
#   severity: medium
#   scope: object
#   kinds: ["*"]
#   remediation: Shorten the value or key, or replace the characters that are not accepted.
package audit.checks.schema.label_value_invalid

import data.audit.lib.names
import data.audit.lib.typed

# What comes from a cluster has been checked there.
applies if not input.object.metadata.uid

maps contains ["/metadata/labels", m] if m := typed.object(input.object.metadata.labels)

maps contains ["/metadata/annotations", m] if m := typed.object(input.object.metadata.annotations)

maps contains ["/spec/template/metadata/labels", m] if m := typed.object(input.object.spec.template.metadata.labels)

maps contains ["/spec/template/metadata/annotations", m] if {
	m := typed.object(input.object.spec.template.metadata.annotations)
}

maps contains ["/spec/jobTemplate/spec/template/metadata/labels", m] if {
	m := typed.object(input.object.spec.jobTemplate.spec.template.metadata.labels)
}

maps contains ["/spec/jobTemplate/spec/template/metadata/annotations", m] if {
	m := typed.object(input.object.spec.jobTemplate.spec.template.metadata.annotations)
}

deny contains {"path": sprintf("%s/%s", [path, names.token(key)]), "msg": sprintf("value is %q", [value])} if {
	some [path, m] in maps
	"labels" in split(path, "/")
	some key, value in m
	is_string(value) # other types are reported by wrong-type
	value != ""
	not names.word(value)
}

deny contains {"path": sprintf("%s/%s", [path, names.token(key)]), "msg": sprintf("key is %q", [key])} if {
	some [path, m] in maps
	some key, _ in m
	not names.key(key)
}

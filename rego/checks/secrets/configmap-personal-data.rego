# METADATA
# title: ConfigMap contains personal data
# description: >-
#   Addresses and account numbers of people in a ConfigMap are readable for most of a cluster's users and fall under
#   laws that a configuration is not kept for.
# custom:
#   severity: low
#   confidence: low
#   scope: object
#   kinds: [ConfigMap]
#   enabled: false
#   remediation: Keep personal data in the application's own store.
package audit.checks.secrets.configmap_personal_data

deny contains {
	"path": sprintf("/data/%s", [key]),
	"msg": sprintf("key %s contains %s", [key, concat(", ", found)]),
	"sensitive": true,
} if {
	is_object(input.object.data)
	some key, text in input.object.data
	is_string(text)
	found := {row.kind |
		some row in data.tables.personal_data.shapes
		regex.match(row.pattern, text)
	}
	count(found) > 0
}

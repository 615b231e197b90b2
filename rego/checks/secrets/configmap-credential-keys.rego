# METADATA
# title: ConfigMap has a key for a credential
# description: >-
#   ConfigMaps are readable for most of a cluster's users and programs, are not encrypted at rest, and are printed
#   freely.
# custom:
#   severity: high
#   confidence: medium
#   scope: object
#   kinds: [ConfigMap]
#   remediation: Replace the credential and keep it in a Secret.
package audit.checks.secrets.configmap_credential_keys

import data.audit.lib.credentials

deny contains {
	"path": sprintf("/data/%s", [key]),
	"msg": sprintf("key %s holds a literal credential", [key]),
	"sensitive": true,
} if {
	is_object(input.object.data)
	some key, value in input.object.data
	credentials.is_name(key)
	is_string(value)
	credentials.is_literal(value)
}

deny contains {
	"path": sprintf("/binaryData/%s", [key]),
	"msg": sprintf("key %s holds a literal credential", [key]),
	"sensitive": true,
} if {
	is_object(input.object.binaryData)
	some key, value in input.object.binaryData
	credentials.is_name(key)
	value != ""
}

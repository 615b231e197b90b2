# METADATA
# title: Credential stands in the manifest as an environment variable
# description: >-
#   The value is readable for everybody who may read the manifest, its history or the pod, which are many more than
#   may read Secrets.
# custom:
#   severity: high
#   confidence: medium
#   scope: container
#   remediation: Replace the credential, keep it in a Secret and mount that.
package audit.checks.secrets.secret_literal_in_env

import data.audit.lib.credentials

deny contains {
	"path": sprintf("/env/%d/value", [i]),
	"msg": sprintf("%s holds a literal credential", [entry.name]),
	"sensitive": true,
} if {
	is_array(input.container.spec.env)
	some i, entry in input.container.spec.env
	is_string(entry.name)
	is_string(entry.value)
	is_credential(entry.name, entry.value)
}

is_credential(name, value) if {
	credentials.is_name(name)
	credentials.is_literal(value)
}

is_credential(_, value) if count(credentials.kinds(value)) > 0

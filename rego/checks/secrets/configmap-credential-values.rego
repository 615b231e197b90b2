# METADATA
# title: ConfigMap contains a credential
# description: >-
#   A key, a token or a password stands in a text that most of a cluster's users and programs may read and that is not
#   encrypted at rest.
# custom:
#   severity: high
#   confidence: medium
#   scope: object
#   kinds: [ConfigMap]
#   remediation: Replace the credential and keep the text that needs it in a Secret.
package audit.checks.secrets.configmap_credential_values

import data.audit.lib.credentials

# One finding for a text, however many credentials are in it, and none where the key alone says so:
# configmap-credential-keys.
deny contains {
	"path": sprintf("/data/%s", [key]),
	"msg": sprintf("key %s contains %s", [key, concat(", ", found)]),
	"sensitive": true,
} if {
	is_object(input.object.data)
	some key, text in input.object.data
	is_string(text)
	not credentials.is_name(key)
	found := credentials.kinds(text) | settings(text)
	count(found) > 0
}

# A line such as `db.password = hunter2`. Words of a translation or of a manual have no digit.
settings(text) := {"a password setting" |
	some line in regex.find_n(pattern, text, -1)
	regex.match(`[:=].*[0-9]`, line)
}

pattern := concat("", [
	`(?m)^[ \t]*["']?[A-Za-z0-9_.-]*`,
	`([Pp]assword|PASSWORD|[Pp]asswd|[Ss]ecret[_.-]?[Kk]ey|SECRET_KEY|[Aa]pi[_.-]?[Kk]ey|API_KEY)`,
	`["']?[ \t]*[:=][ \t]*["']?[^ \t\r\n"'$<{}%/,;()\[\]]{6,}["']?,?[ \t]*\r?$`,
])

# METADATA
# title: Default service account hands its token to every pod
# description: >-
#   A pod that names no account gets the default one's token, so every permission that anybody ever grants to it
#   reaches all such pods, and an intruder in any of them.
# custom:
#   severity: low
#   scope: object
#   kinds: [ServiceAccount]
#   unset: the token is mounted
#   remediation: Set automountServiceAccountToken to false on the account named default.
package audit.checks.service_account.sa_default_automount

applies if input.name == "default"

deny contains {
	"path": "/automountServiceAccountToken",
	"msg": "automountServiceAccountToken is not false",
	"fix": [{"op": "add", "path": "/automountServiceAccountToken", "value": false}],
} if {
	object.get(input.object, "automountServiceAccountToken", true) != false
}

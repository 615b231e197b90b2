# METADATA
# title: Service account hands its token to every pod that names it
# description: >-
#   Unless a pod declines it, every pod of the account can speak to the API server with the account's permissions,
#   needed or not.
# custom:
#   severity: low
#   scope: object
#   kinds: [ServiceAccount]
#   enabled: false
#   unset: the token is mounted
#   remediation: Set automountServiceAccountToken to false on the account, and to true in the pods that need it.
package audit.checks.service_account.sa_automount_enabled

applies if input.name != "default" # sa-default-automount

deny contains {
	"path": "/automountServiceAccountToken",
	"msg": "automountServiceAccountToken is not false",
	"fix": [{"op": "add", "path": "/automountServiceAccountToken", "value": false}],
} if {
	object.get(input.object, "automountServiceAccountToken", true) != false
}

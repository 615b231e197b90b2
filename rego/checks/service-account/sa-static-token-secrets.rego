# METADATA
# title: Service account lists a Secret with a static token
# description: >-
#   Tokens kept in Secrets do not expire and are bound to no pod, so a copy works until somebody deletes the Secret;
#   since Kubernetes 1.24 none is made unless asked for.
# custom:
#   severity: low
#   confidence: medium
#   scope: object
#   kinds: [ServiceAccount]
#   remediation: Delete the Secret, remove it from the list, and use tokens that pods or TokenRequest get.
package audit.checks.service_account.sa_static_token_secrets

# With this annotation the list is a restriction, and names the Secrets that pods may mount.
applies if not input.annotations["kubernetes.io/enforce-mountable-secrets"] == "true"

# A Secret that is at hand speaks for itself: secret-sa-token-type.
deny contains {
	"path": sprintf("/secrets/%d", [i]),
	"msg": sprintf("Secret %s is listed", [entry.name]),
} if {
	is_array(input.object.secrets)
	some i, entry in input.object.secrets
	is_string(entry.name)
	contains(entry.name, "-token-")
	not inventory.get("Secret", input.namespace, entry.name)
}

# METADATA
# title: Secret holds a service account token without expiry
# description: >-
#   The token never expires and is bound to no pod: whoever copies it once acts as the account until the Secret is
#   deleted.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Secret]
#   remediation: Delete the Secret and let the client ask for short-lived tokens (TokenRequest, kubectl create token).
package audit.checks.service_account.secret_sa_token_type

deny contains {"path": "/type", "msg": sprintf("token of service account %s without expiry", [account])} if {
	input.object.type == "kubernetes.io/service-account-token"
	account := object.get(input.annotations, "kubernetes.io/service-account.name", "(unnamed)")
	not input.labels["kubernetes.io/legacy-token-invalid-since"] # the server no longer accepts it
}

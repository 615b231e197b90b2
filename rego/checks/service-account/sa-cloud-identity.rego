# METADATA
# title: Default service account acts as an identity of the cloud
# description: >-
#   Every pod of the namespace that names no account gets credentials for the cloud's API, so an intruder in any of
#   them leaves the cluster.
# custom:
#   severity: high
#   scope: object
#   kinds: [ServiceAccount]
#   remediation: Give the identity to an account of its own that only the pods which need it name.
package audit.checks.service_account.sa_cloud_identity

identities := {key: input.annotations[key] | some key in data.tables.cloud.identity_annotations}

# Only accounts that have one are judged; an account of its own is how it should be.
applies if count(identities) > 0

deny contains {
	"path": sprintf("/metadata/annotations/%s", [replace(key, "/", "~1")]),
	"msg": sprintf("the default account is %s", [identity]),
} if {
	input.name == "default"
	some key, identity in identities
}

# METADATA
# title: Pod's pull secrets hide those of its service account
# description: >-
#   The account's pull secrets are copied into a pod only when the pod names none itself, so credentials that
#   everybody believes to be there are not.
# custom:
#   severity: low
#   scope: pod
#   requires: {pass: [ServiceAccount]}
#   remediation: Name the account's pull secrets in the pod as well, or none in the pod.
package audit.checks.image_ref.ref_pull_secret_shadows_sa

import data.audit.lib.pull_secrets

named := pull_secrets.names(input.pod.spec)

applies if count(named) > 0

deny contains {
	"path": "/spec/imagePullSecrets",
	"msg": sprintf("pull secrets of the service account are hidden: %s", [concat(", ", hidden)]),
	"object": sprintf("ServiceAccount/%s/%s", [input.namespace, name]),
} if {
	name := pull_secrets.account(input.pod.spec)
	hidden := pull_secrets.names(inventory.get("ServiceAccount", input.namespace, name)) - named
	count(hidden) > 0
}

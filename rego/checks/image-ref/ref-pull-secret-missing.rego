# METADATA
# title: Private image is pulled without credentials
# description: >-
#   Neither the pod nor its service account names a pull secret, so the image starts only on nodes that happen to have
#   it, and with anybody's copy of it.
# custom:
#   severity: medium
#   scope: pod
#   requires: {fail: [ServiceAccount]}
#   params:
#     private:
#       type: array
#       default: []
#       description: >-
#         Registries that want credentials from the pod: hosts, hosts and paths, or domains (*.example.com). Leave out
#         those that the node's credential provider serves.
#   remediation: Name a pull secret in the pod's imagePullSecrets or in its service account's.
package audit.checks.image_ref.ref_pull_secret_missing

import data.audit.lib.images
import data.audit.lib.pull_secrets

private := data.params["ref-pull-secret-missing"].private

applies if count(private) > 0

deny contains {
	"path": "/spec/imagePullSecrets",
	"msg": sprintf("image %s is private, no pull secret is named", [ref.text]),
} if {
	some ref in images.references(input.containers, input.pod.spec)
	images.under_any(images.name(k8s.image(ref.text)), private)
	count(pull_secrets.names(input.pod.spec)) == 0
	count(pull_secrets.names(service_account)) == 0
}

service_account := account if {
	account := inventory.get("ServiceAccount", input.namespace, pull_secrets.account(input.pod.spec))
} else := {}

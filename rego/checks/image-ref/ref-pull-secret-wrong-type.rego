# METADATA
# title: Pull secret has a type that the kubelet does not read
# description: >-
#   Only Secrets of the two docker types are read as pull secrets; any other is passed over without a word and the
#   image is pulled anonymously.
# custom:
#   severity: medium
#   scope: pod
#   requires: {pass: [Secret]}
#   remediation: Create the Secret with type kubernetes.io/dockerconfigjson.
package audit.checks.image_ref.ref_pull_secret_wrong_type

import data.audit.lib.pull_secrets

applies if count(pull_secrets.names(input.pod.spec)) > 0

deny contains {
	"path": sprintf("/spec/imagePullSecrets/%d/name", [i]),
	"msg": sprintf("pull secret %s has type %s", [entry.name, type]),
	"object": sprintf("Secret/%s/%s", [input.namespace, entry.name]),
} if {
	some i, entry in input.pod.spec.imagePullSecrets
	secret := inventory.get("Secret", input.namespace, entry.name)
	type := object.get(secret, "type", "Opaque")
	not pull_secrets.field(type)
}

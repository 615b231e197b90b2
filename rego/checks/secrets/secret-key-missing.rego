# METADATA
# title: Secret lacks a key that the pod needs
# description: >-
#   The container does not start, although the Secret exists.
# custom:
#   severity: medium
#   scope: pod
#   requires: {pass: [Secret]}
#   remediation: Add the key to the Secret, or correct it in the reference.
package audit.checks.secrets.secret_key_missing

import data.audit.lib.inv
import data.audit.lib.refs
import data.audit.lib.typed

known(secret) := union({object.keys(typed.object(secret[field])) | some field in ["data", "stringData"]})

deny contains {"path": need.path, "msg": sprintf("no key %v in %s", [need.key, id]), "object": id} if {
	some ref in refs.secrets(input.containers, input.pod.spec)
	some need in ref.keys
	keys := known(inventory.get("Secret", input.namespace, ref.name))
	count(keys) > 0
	not need.key in keys
	id := inv.id("Secret", input.namespace, ref.name)
}

# A Secret without any data is filled by somebody else, or its data was not read.
not_assessed contains sprintf("the content of %s is not at hand", [inv.id("Secret", input.namespace, ref.name)]) if {
	some ref in refs.secrets(input.containers, input.pod.spec)
	some _ in ref.keys
	count(known(inventory.get("Secret", input.namespace, ref.name))) == 0
}

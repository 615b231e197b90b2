# METADATA
# title: ConfigMap lacks a key that the pod needs
# description: >-
#   The container does not start, although the ConfigMap exists.
# custom:
#   severity: medium
#   scope: pod
#   requires: {pass: [ConfigMap]}
#   remediation: Add the key to the ConfigMap, or correct it in the reference.
package audit.checks.workload.configmap_key_missing

import data.audit.lib.inv
import data.audit.lib.refs
import data.audit.lib.typed

# A ConfigMap without any data is filled by somebody else, or its data is not at hand.
known(config) := union({object.keys(typed.object(config[field])) | some field in ["data", "binaryData"]})

deny contains {"path": need.path, "msg": sprintf("no key %v in %s", [need.key, id]), "object": id} if {
	some ref in refs.config_maps(input.containers, input.pod.spec)
	some need in ref.keys
	keys := known(inventory.get("ConfigMap", input.namespace, ref.name))
	count(keys) > 0
	not need.key in keys
	id := inv.id("ConfigMap", input.namespace, ref.name)
}

# METADATA
# title: Pull secret does not exist
# description: >-
#   The kubelet passes over a missing pull secret without a word and pulls anonymously, so the pod fails at its next
#   start, or runs a cached image for as long as the node has it.
# custom:
#   severity: medium
#   scope: pod
#   requires: {fail: [Secret]}
#   remediation: Create the Secret in the pod's namespace, or correct the name.
package audit.checks.image_ref.ref_pull_secret_dangling

deny contains {
	"path": sprintf("/spec/imagePullSecrets/%d/name", [i]),
	"msg": sprintf("pull secret %s does not exist in the namespace", [name]),
} if {
	is_array(input.pod.spec.imagePullSecrets)
	some i, entry in input.pod.spec.imagePullSecrets
	name := entry.name
	is_string(name)
	not inventory.get("Secret", input.namespace, name)
}

# METADATA
# title: Pod needs a Secret that does not exist
# description: >-
#   The pod does not start until somebody creates the Secret. Whoever may create Secrets in the namespace chooses
#   what the pod gets.
# custom:
#   severity: low
#   scope: pod
#   requires: {fail: [Secret]}
#   confidence: medium
#   remediation: Create the Secret, correct the name, or mark the reference as optional.
package audit.checks.secrets.secret_reference_dangling

import data.audit.lib.refs

deny contains {"path": ref.path, "msg": sprintf("no Secret %s", [ref.name])} if {
	some ref in refs.secrets(input.containers, input.pod.spec)
	not refs.secret(input.namespace, ref.name)
}

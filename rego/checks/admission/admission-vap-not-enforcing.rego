# METADATA
# title: Admission policy denies nothing
# description: >-
#   Without a binding, or with bindings that only warn or audit, the policy is a text: what it forbids is admitted.
# custom:
#   severity: low
#   scope: object
#   kinds: [ValidatingAdmissionPolicy]
#   requires: {fail: [ValidatingAdmissionPolicyBinding]}
#   remediation: Add a ValidatingAdmissionPolicyBinding whose validationActions contain Deny.
package audit.checks.admission.admission_vap_not_enforcing

import data.audit.lib.typed

bindings := [binding |
	some binding in inventory.list("ValidatingAdmissionPolicyBinding", "")
	binding.spec.policyName == input.name
]

actions := {action | some binding in bindings; some action in typed.array(binding.spec.validationActions)}

deny contains {"path": "", "msg": "no binding names the policy"} if bindings == []

deny contains {"path": "", "msg": sprintf("bindings only %s", [concat(", ", actions)])} if {
	bindings != []
	not "Deny" in actions
}

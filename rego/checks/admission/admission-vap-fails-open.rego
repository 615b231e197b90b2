# METADATA
# title: Admission policy ignores its own errors
# description: >-
#   An expression that fails, for instance because a field is missing, admits the object. Whoever finds such an input
#   passes the policy.
# custom:
#   severity: low
#   scope: object
#   kinds: [ValidatingAdmissionPolicy]
#   unset: Fail
#   remediation: Remove failurePolicy or set it to Fail, and test for optional fields with has().
package audit.checks.admission.admission_vap_fails_open

deny contains {"path": "/spec/failurePolicy", "msg": "failurePolicy is Ignore"} if {
	input.object.spec.failurePolicy == "Ignore"
}

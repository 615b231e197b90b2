# METADATA
# title: Pod uses the deprecated serviceAccount field
# description: >-
#   The field is only kept for old clients. Where both fields are set and differ, readers and tools disagree about
#   whose rights the pod has.
# custom:
#   severity: low
#   scope: pod
#   remediation: Move the name to serviceAccountName and remove serviceAccount.
package audit.checks.service_account.service_account_field_deprecated

deny contains {"path": "/spec/serviceAccount", "msg": msg} if {
	old := input.pod.spec.serviceAccount
	old != ""
	name := object.get(input.pod, ["spec", "serviceAccountName"], "not set")
	old != name # the API server fills in both
	msg := sprintf("serviceAccount %v, serviceAccountName %v", [old, name])
}

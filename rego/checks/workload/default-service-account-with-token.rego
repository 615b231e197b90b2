# METADATA
# title: Workload runs with the token of the default service account
# description: >-
#   Every pod that names no account shares the default one, so a right that somebody gives it for one workload is in the
#   hands of whoever breaks into any of them.
# custom:
#   severity: low
#   scope: pod
#   points: 3
#   unset: the default service account of the namespace, whose token is mounted
#   remediation: >-
#     Name a service account of the workload's own, or set automountServiceAccountToken to false when it does not speak
#     to the API.
package audit.checks.workload.default_service_account_with_token

# A mirror of a static pod has no account: the kubelet runs it without the API.
applies if not input.pod.metadata.annotations["kubernetes.io/config.mirror"]

deny contains {"path": "/spec/serviceAccountName", "msg": sprintf("serviceAccountName is %s", [stated])} if {
	not own_account
	not no_token
}

default stated := "not set"

stated := "default" if input.pod.spec.serviceAccountName == "default"

own_account if {
	name := input.pod.spec.serviceAccountName
	not name in {"", "default"}
}

# The API server copies the older field when the newer is empty.
own_account if {
	object.get(input.pod.spec, "serviceAccountName", "") == ""
	name := input.pod.spec.serviceAccount
	not name in {"", "default"}
}

no_token if input.pod.spec.automountServiceAccountToken == false

# Kubernetes creates the default account in every namespace with its token mounted. That is known without the object,
# hence no `requires`; the object, when at hand, can only say otherwise.
no_token if {
	not input.pod.spec.automountServiceAccountToken == true
	account := inventory.get("ServiceAccount", input.namespace, "default")
	account.automountServiceAccountToken == false
}

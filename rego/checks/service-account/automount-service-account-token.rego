# METADATA
# title: Pod holds a token that it has no use for
# description: >-
#   The account has no rights of its own, so the program hardly talks to the API; an intruder still gets a proof of
#   identity that the API server and everybody who trusts it accept.
# custom:
#   severity: low
#   scope: pod
#   points: 1
#   unset: the token of the service account is mounted
#   requires:
#     fail: [ClusterRoleBinding, RoleBinding, ServiceAccount]
#   remediation: Set automountServiceAccountToken to false in the pod, or in the account for all pods that use it.
package audit.checks.service_account.automount_service_account_token

import data.audit.lib.accounts
import data.audit.lib.typed

# A mirror of a static pod has no account: the kubelet runs it without the API.
applies if not input.pod.metadata.annotations["kubernetes.io/config.mirror"]

deny contains {
	"path": "/spec/automountServiceAccountToken",
	"msg": sprintf("token of ServiceAccount %s, to which no role is bound", [name]),
	"fix": [{"op": "add", "path": "/spec/automountServiceAccountToken", "value": false}],
} if {
	name := accounts.name(input.pod.spec)
	# default-service-account-with-token reports that one.
	name != "default"
	accounts.is_mounted(input.pod.spec, input.namespace)
	not bound(name)
}

bound(name) if {
	some binding in rbac.bindings({"kind": "ServiceAccount", "namespace": input.namespace, "name": name})
	binding.own
}

# The file leaves the namespace open, and a binding names it.
bound(name) if {
	input.namespace == ""
	some kind in ["RoleBinding", "ClusterRoleBinding"]
	some binding in inventory.list(kind, "")
	some subject in typed.array(binding.subjects)
	subject.kind == "ServiceAccount"
	subject.name == name
}

# METADATA
# title: Callers without credentials get rights
# description: >-
#   Everybody who reaches the API server has these rights, from the internet where it is open to it.
# custom:
#   severity: critical
#   scope: object
#   kinds: [RoleBinding, ClusterRoleBinding]
#   remediation: Remove the subject from the binding.
package audit.checks.rbac.rbac_binding_anonymous

import data.audit.lib.bindings

import data.audit.lib.roles

applies if {
	roles.is_ours(input.labels)
	not is_cluster_info
}

# With kubeadm a node that joins reads the ConfigMap cluster-info before it has credentials.
is_cluster_info if {
	input.namespace == "kube-public"
	input.name == "kubeadm:bootstrap-signer-clusterinfo"
}

deny contains {
	"path": sprintf("/subjects/%d", [number]),
	"msg": sprintf("%s %s for %s", [input.object.roleRef.kind, input.object.roleRef.name, bindings.words(subject)]),
	"severity": severities[worth][reach],
} if {
	some number, subject in bindings.subjects(input.object.subjects)
	is_anonymous(subject)
}

severities := {
	"takeover": {"cluster": "critical", "namespace": "critical"},
	"write": {"cluster": "critical", "namespace": "high"},
	"read": {"cluster": "high", "namespace": "high"},
	"paths": {"cluster": "low", "namespace": "info"},
	"unknown": {"cluster": "high", "namespace": "high"},
}

worth := bindings.worth(input.kind, input.namespace, input.object.roleRef)

reach := "cluster" if bindings.is_privileged(input.kind, input.namespace)

reach := "namespace" if not bindings.is_privileged(input.kind, input.namespace)

is_anonymous(subject) if {
	subject.kind == "User"
	subject.name == "system:anonymous"
}

is_anonymous(subject) if {
	subject.kind == "Group"
	subject.name == "system:unauthenticated"
}

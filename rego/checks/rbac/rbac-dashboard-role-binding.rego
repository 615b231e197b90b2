# METADATA
# title: Rights of the dashboard are given to somebody else
# description: >-
#   The role of the Kubernetes dashboard is made for one program; whoever else holds it can take over its Secrets, the
#   key of its sessions among them.
# custom:
#   severity: medium
#   scope: object
#   kinds: [RoleBinding, ClusterRoleBinding]
#   remediation: Remove the subject, or bind a role that lists what it does.
package audit.checks.rbac.rbac_dashboard_role_binding

import data.audit.lib.bindings

deny contains {
	"path": sprintf("/subjects/%d", [number]),
	"msg": sprintf("%s kubernetes-dashboard for %s", [input.object.roleRef.kind, bindings.words(subject)]),
} if {
	input.object.roleRef.name == "kubernetes-dashboard"
	some number, subject in bindings.subjects(input.object.subjects)
	not is_dashboard(subject)
}

is_dashboard(subject) if {
	subject.kind == "ServiceAccount"
	subject.name == "kubernetes-dashboard"
}

# METADATA
# title: Binding names the anonymous user
# description: >-
#   Whoever reaches the API server has the rights of the role. kubesec searches for the text in the names of the
#   subjects and does not know the group system:unauthenticated.
# custom:
#   severity: critical
#   scope: object
#   kinds: ["*/RoleBinding", "*/ClusterRoleBinding"]
#   remediation: Remove the subject.
package audit.checks.kubesec.kubesec_bindings_to_system_anonymous

deny contains {"path": "", "msg": "a subject is system:anonymous"} if {
	is_array(input.object.subjects)
	some subject in input.object.subjects
	contains(sprintf("%v", [subject.name]), "system:anonymous")
}

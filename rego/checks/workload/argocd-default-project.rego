# METADATA
# title: Argo CD application is in the default project
# description: >-
#   Unless someone changed it the default project may deploy anything from any repository to any namespace of any
#   cluster, so whoever writes to the application's repository or definition has the rights of Argo CD itself.
# custom:
#   severity: medium
#   scope: object
#   kinds: [argoproj.io/Application, argoproj.io/ApplicationSet]
#   unset: the default project
#   remediation: Create an AppProject for the team with its repositories and namespaces, and name it in spec.project.
package audit.checks.workload.argocd_default_project

deny contains {"path": concat("/", [path, "project"]), "msg": msg} if {
	[path, spec] := application
	is_object(spec)
	object.get(spec, "project", "") in {"", "default"}
	msg := sprintf("project is %q", [object.get(spec, "project", "")])
}

application := ["/spec", input.object.spec] if not input.object.spec.template

# An ApplicationSet makes them from a template.
application := ["/spec/template/spec", input.object.spec.template.spec]

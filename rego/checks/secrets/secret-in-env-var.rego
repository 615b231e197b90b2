# METADATA
# title: Secret is handed over as an environment variable
# description: >-
#   Environment variables are inherited by every child process, printed by crash reports and debug pages, and readable
#   in /proc; a mounted file is seen only by those who open it, and follows a rotation.
# custom:
#   severity: low
#   scope: container
#   points: -5
#   remediation: Mount the Secret as a file and let the program read it.
package audit.checks.secrets.secret_in_env_var

deny contains {"path": path, "msg": sprintf("environment variable %v comes from a Secret", [name])} if {
	is_array(input.container.spec.env)
	some i, entry in input.container.spec.env
	entry.valueFrom.secretKeyRef
	name := entry.name
	path := sprintf("/env/%d/valueFrom/secretKeyRef", [i])
}

deny contains {"path": path, "msg": sprintf("all keys of Secret %v become environment variables", [name])} if {
	is_array(input.container.spec.envFrom)
	some i, entry in input.container.spec.envFrom
	name := entry.secretRef.name
	path := sprintf("/envFrom/%d/secretRef", [i])
}

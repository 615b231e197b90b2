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

# One finding for a container, however many variables there are.
deny contains {"path": sprintf("/env/%d/valueFrom/secretKeyRef", [first]), "msg": variables(names)} if {
	is_array(input.container.spec.env)
	first := [i | some i, entry in input.container.spec.env; entry.valueFrom.secretKeyRef][0]
	names := [sprintf("%v", [object.get(entry, "name", "without a name")]) |
		some entry in input.container.spec.env
		entry.valueFrom.secretKeyRef
	]
}

deny contains {"path": sprintf("/envFrom/%d/secretRef", [first]), "msg": secrets(names)} if {
	is_array(input.container.spec.envFrom)
	first := [i | some i, entry in input.container.spec.envFrom; entry.secretRef.name][0]
	names := [sprintf("%v", [entry.secretRef.name]) | some entry in input.container.spec.envFrom]
}

variables(names) := sprintf("environment variable %s comes from a Secret", names) if count(names) == 1

variables(names) := sprintf("environment variables %s come from Secrets", [concat(", ", names)]) if count(names) > 1

secrets(names) := sprintf("all keys of Secret %s become environment variables", names) if count(names) == 1

secrets(names) := sprintf("all keys of Secrets %s become environment variables", [concat(", ", names)]) if {
	count(names) > 1
}

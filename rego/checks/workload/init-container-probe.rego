# METADATA
# title: Container of a kind that has no probes or hooks declares one
# description: >-
#   Init containers run to their end and ephemeral containers are for debugging: the API server refuses probes and
#   lifecycle hooks on both. Only an init container with restartPolicy Always may have them.
# custom:
#   severity: medium
#   scope: container
#   containers: [init, ephemeral]
#   remediation: Remove the probe or hook, or set restartPolicy of the init container to Always.
package audit.checks.workload.init_container_probe

deny contains {"path": sprintf("/%s", [field]), "msg": sprintf("%s on a container of type %s", [field, type])} if {
	some field in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"]
	input.container.spec[field]
	type := input.container.type
}

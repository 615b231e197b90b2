# METADATA
# title: Memory amount is in thousandths of a byte
# description: >-
#   The suffix m means milli: 512m of memory is half a byte. The object is accepted, and the container is killed at
#   once or the request counts as nothing.
# custom:
#   severity: medium
#   scope: container
#   containers: [container, init, sidecar]
#   remediation: Write M or Mi for megabytes.
package audit.checks.workload.memory_in_thousandths

deny contains {"path": sprintf("/resources/%s/%s", [field, name]), "msg": sprintf("%s is %s", [name, value])} if {
	some field in ["requests", "limits"]
	some name in ["memory", "ephemeral-storage"]
	value := input.container.spec.resources[field][name]
	is_string(value)
	endswith(value, "m")
	k8s.quantity(value) < 1048576 # the API server itself writes some computed amounts in m
}

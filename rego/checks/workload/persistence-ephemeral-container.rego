# METADATA
# title: Debug container was attached to the pod
# description: >-
#   An ephemeral container can read the memory and files of the pod and stays in it until the pod ends. Outside a
#   debugging session it is a trace of an intruder.
# custom:
#   severity: low
#   scope: pod
#   kinds: [Pod]
#   remediation: Find out who attached it, and delete the pod when nobody needs it.
package audit.checks.workload.persistence_ephemeral_container

deny contains {"path": c.pointer, "msg": sprintf("ephemeral container of image %v", [image])} if {
	some c in input.containers
	c.type == "ephemeral"
	image := object.get(c.spec, "image", "unknown")
}

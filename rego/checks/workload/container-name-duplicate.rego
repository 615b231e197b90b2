# METADATA
# title: Two containers of the pod have the same name
# description: >-
#   Names are shared by init, regular and ephemeral containers. The API server refuses the pod, or one container
#   silently replaces the other while manifests are merged.
# custom:
#   severity: medium
#   scope: pod
#   remediation: Give every container of the pod a name of its own.
package audit.checks.workload.container_name_duplicate

deny contains {"path": sprintf("%s/name", [c.pointer]), "msg": sprintf("container name %v is used twice", [name])} if {
	some i, first in input.containers
	some j, c in input.containers
	i < j
	name := c.spec.name
	first.spec.name == name
}

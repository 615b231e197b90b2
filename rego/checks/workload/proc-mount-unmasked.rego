# METADATA
# title: Container sees /proc without the usual masks
# description: >-
#   The runtime hides or write-protects parts of /proc, such as kernel memory and the switches under /proc/sys; without
#   that, root in the container reads and changes settings of the node's kernel.
# custom:
#   severity: high
#   scope: container
#   unset: the runtime's masks apply
#   remediation: >-
#     Remove procMount. Containers that start containers need it together with hostUsers false, where /proc is harmless.
package audit.checks.workload.proc_mount_unmasked

deny contains {
	"path": "/securityContext/procMount",
	"msg": sprintf("procMount is %v", [type]),
	"fix": [{"op": "remove", "path": "/securityContext/procMount"}],
} if {
	type := input.container.security.procMount
	type != "Default"
	not input.pod.spec.hostUsers == false
}

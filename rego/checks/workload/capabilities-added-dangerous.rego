# METADATA
# title: Container adds a capability that is as good as root on the node
# description: >-
#   With SYS_ADMIN, SYS_MODULE, SYS_RAWIO, DAC_READ_SEARCH or ALL, and with NET_ADMIN or SYS_PTRACE in a namespace of
#   the node, a process mounts the node's disk, loads a kernel module, reads every file or takes over the node's
#   processes or traffic.
# custom:
#   severity: critical
#   scope: container
#   points: -30
#   unset: nothing is added to the runtime's default set
#   remediation: >-
#     Remove the capability and let something small do the one privileged step: a CSI or device plugin, a setting of the
#     node, or a pod in a user namespace.
package audit.checks.workload.capabilities_added_dangerous

import data.audit.lib.capability

shared contains "network" if input.pod.spec.hostNetwork == true

shared contains "pid" if input.pod.spec.hostPID == true

# In a user namespace of its own the capability counts only there.
default severity := "critical"

severity := "medium" if input.pod.spec.hostUsers == false

deny contains {
	"path": sprintf("/securityContext/capabilities/add/%v", [i]),
	"msg": sprintf("capability %s is added", [entry]),
	"severity": severity,
} if {
	some i
	entry := input.container.security.capabilities.add[i]
	capability.level_in(capability.name(entry), shared) == "node"
}

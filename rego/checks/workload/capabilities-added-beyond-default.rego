# METADATA
# title: Container adds a capability outside the runtime's default set
# description: >-
#   The process can do what the runtime withholds from every container: change network settings, trace processes, set
#   the clock or forge packets. Some of these reach other pods or the node.
# custom:
#   severity: high
#   scope: container
#   unset: nothing is added to the runtime's default set
#   remediation: >-
#     Remove the capability. For network settings use the CNI plugin, a sysctl of the pod or a separate init container;
#     for tracing use an ephemeral container while it is needed.
package audit.checks.workload.capabilities_added_beyond_default

import data.audit.lib.capability

shared contains "network" if input.pod.spec.hostNetwork == true

shared contains "pid" if input.pod.spec.hostPID == true

# What is as good as root is capabilities-added-dangerous's. In a user namespace all of them stay inside.
severities := {"wide": "medium", "some": "low"} if input.pod.spec.hostUsers == false

else := {"wide": "high", "some": "medium"}

deny contains {
	"path": sprintf("/securityContext/capabilities/add/%v", [i]),
	"msg": sprintf("capability %s is added", [entry]),
	"severity": severity,
} if {
	some i
	entry := input.container.security.capabilities.add[i]
	severity := severities[capability.level_in(capability.name(entry), shared)]
}

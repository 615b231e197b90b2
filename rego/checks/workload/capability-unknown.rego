# METADATA
# title: Capability has a name that the runtime does not know
# description: >-
#   A misspelt name, or one with CAP_ in front, is ignored by some runtimes and refused by others, so a capability that
#   looks dropped is still there, or the container does not start.
# custom:
#   severity: medium
#   scope: container
#   remediation: Write the kernel's name without CAP_, such as NET_RAW, or ALL.
package audit.checks.workload.capability_unknown

import data.audit.lib.capability

deny contains {
	"path": sprintf("/securityContext/capabilities/drop/%v", [i]),
	"msg": sprintf("capability %s is not known", [entry]),
} if {
	some i
	entry := input.container.security.capabilities.drop[i]
	name := capability.spelled(entry)
	not capability.level(name)
}

# An addition with CAP_ works somewhere and is judged as what it means by capabilities-added-*.
deny contains {
	"path": sprintf("/securityContext/capabilities/add/%v", [i]),
	"msg": sprintf("capability %s is not known", [entry]),
} if {
	some i
	entry := input.container.security.capabilities.add[i]
	name := capability.name(entry)
	not capability.level(name)
}

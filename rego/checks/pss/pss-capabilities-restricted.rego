# METADATA
# title: Container keeps or adds capabilities
# description: >-
#   The runtime's default capabilities still let root in a container send raw packets, change owners of files or
#   create devices; a process that needs none of them should have none.
# custom:
#   severity: medium
#   scope: pod
#   unset: the container has the runtime's default capabilities
#   remediation: Drop ALL, and add nothing but NET_BIND_SERVICE.
package audit.checks.pss.pss_capabilities_restricted

import data.audit.lib.pss

applies if pss.at_least("1.22")

windows if {
	pss.at_least("1.25")
	input.pod.spec.os.name == "windows"
}

dropping contains c.pointer if {
	some c in input.containers
	"ALL" in c.spec.securityContext.capabilities.drop
}

deny contains {"path": path, "msg": "capabilities.drop lacks ALL"} if {
	not windows
	some c in input.containers
	not c.pointer in dropping
	path := sprintf("%s/securityContext/capabilities/drop", [c.pointer])
}

deny contains {"path": path, "msg": sprintf("capabilities.add has %v", [capability])} if {
	not windows
	some c in input.containers
	is_array(c.spec.securityContext.capabilities.add)
	some i, capability in c.spec.securityContext.capabilities.add
	capability != "NET_BIND_SERVICE"
	path := sprintf("%s/securityContext/capabilities/add/%d", [c.pointer, i])
}

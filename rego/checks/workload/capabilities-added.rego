# METADATA
# title: Container adds back a capability of the runtime's default set
# description: >-
#   After dropping all, each capability added back is a right that an attacker in the container has again, such as
#   switching users or ignoring file permissions.
# custom:
#   severity: low
#   scope: container
#   unset: nothing is added back
#   params:
#     allow: {type: array, default: [NET_BIND_SERVICE], description: capabilities that may be added back}
#   remediation: >-
#     Remove the capability, for which it usually takes an image that starts as its own user and owns its files, or list
#     it in the parameter allow.
package audit.checks.workload.capabilities_added

import data.audit.lib.capability

# What is not dropped is not added: capabilities-drop-all says that.
applies if {
	some i
	capability.spelled(input.container.security.capabilities.drop[i]) == "ALL"
}

deny contains {
	"path": sprintf("/securityContext/capabilities/add/%v", [i]),
	"msg": sprintf("capability %s is added back", [entry]),
} if {
	some i
	entry := input.container.security.capabilities.add[i]
	capability.level(capability.name(entry)) == "default"
	not capability.name(entry) in data.params["capabilities-added"].allow
}

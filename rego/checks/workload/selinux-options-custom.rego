# METADATA
# title: Container asks for an SELinux user, role or type of its own
# description: >-
#   SELinux keeps containers apart from the node by their type. Another type, above all spc_t, lifts that for this
#   container, and user and role can lead to types that ordinary containers cannot enter.
# custom:
#   severity: high
#   scope: container
#   unset: the runtime's confined type
#   remediation: >-
#     Remove user, role and type; level may stay. A container that needs more than container_t gets a policy module with
#     exactly that on the nodes, made with udica for instance.
package audit.checks.workload.selinux_options_custom

deny contains {
	"path": "/securityContext/seLinuxOptions/type",
	"msg": sprintf("seLinuxOptions type is %v", [type]),
	"severity": severity(type),
} if {
	type := input.container.security.seLinuxOptions.type
	not type in {"", "container_engine_t", "container_init_t", "container_kvm_t", "container_t"}
}

severity(type) := "high" if type in {"spc_t", "unconfined_t"}

severity(type) := "medium" if not type in {"spc_t", "unconfined_t"}

deny contains {
	"path": "/securityContext/seLinuxOptions/user",
	"msg": sprintf("seLinuxOptions user is %v", [user]),
	"severity": "medium",
} if {
	user := input.container.security.seLinuxOptions.user
	user != ""
}

deny contains {
	"path": "/securityContext/seLinuxOptions/role",
	"msg": sprintf("seLinuxOptions role is %v", [role]),
	"severity": "medium",
} if {
	role := input.container.security.seLinuxOptions.role
	role != ""
}

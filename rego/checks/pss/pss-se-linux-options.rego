# METADATA
# title: SELinux label leaves the container policy
# description: >-
#   A user, role or type outside those made for containers takes the process out of the confinement that keeps it
#   from files and processes of the node.
# custom:
#   severity: medium
#   scope: pod
#   unset: the runtime assigns the container type and a random category
#   remediation: Remove user and role, and use container_t, container_init_t, container_kvm_t or no type.
package audit.checks.pss.pss_se_linux_options

import data.audit.lib.pss

types contains type if some type in {"", "container_t", "container_init_t", "container_kvm_t"}

types contains "container_engine_t" if pss.at_least("1.31")

# Values are bound in the bodies: an undefined reference in a rule's head is an error to the engine.
options contains {"path": "/spec", "value": value} if {
	value := input.pod.spec.securityContext.seLinuxOptions
}

options contains {"path": c.pointer, "value": value} if {
	some c in input.containers
	value := c.spec.securityContext.seLinuxOptions
}

deny contains {"path": path, "msg": sprintf("seLinuxOptions.type is %v", [type])} if {
	some option in options
	type := option.value.type
	not type in types
	path := sprintf("%s/securityContext/seLinuxOptions/type", [option.path])
}

deny contains {"path": path, "msg": sprintf("seLinuxOptions.%s is %v", [key, text])} if {
	some option in options
	some key in ["user", "role"]
	text := option.value[key]
	text != ""
	path := sprintf("%s/securityContext/seLinuxOptions/%s", [option.path, key])
}

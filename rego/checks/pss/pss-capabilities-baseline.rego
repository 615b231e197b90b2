# METADATA
# title: Container adds a capability outside the default set
# description: >-
#   Capabilities beyond the set that container runtimes grant by default let a process in the container act on the
#   node: mount file systems, load modules, forge packets or trace other processes.
# custom:
#   severity: critical
#   scope: pod
#   unset: the container has the runtime's default capabilities
#   remediation: Remove the capability from capabilities.add.
package audit.checks.pss.pss_capabilities_baseline

default_set := {
	"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
	"NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
}

# Names are compared as written: the prefix CAP_ and lower case are not in the set.
deny contains {"path": path, "msg": sprintf("capabilities.add has %v", [capability])} if {
	some c in input.containers
	is_array(c.spec.securityContext.capabilities.add)
	some i, capability in c.spec.securityContext.capabilities.add
	not capability in default_set
	path := sprintf("%s/securityContext/capabilities/add/%d", [c.pointer, i])
}

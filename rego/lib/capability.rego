package audit.lib.capability

# The entry as runtimes compare it: in capitals. Undefined for what is not a string.
spelled(entry) := upper(entry) if is_string(entry)

# The name as the kernel knows it, without the CAP_ that some runtimes forgive.
name(entry) := trim_prefix(spelled(entry), "CAP_")

# What the capability is worth to an attacker in a pod without a user namespace of its own:
# `node` is root on the node, `wide` reaches beyond the container, `some` adds to the runtime's default set, `default`
# is part of that set. Undefined for a name that no kernel has.
level(cap) := "node" if cap in {"ALL", "DAC_READ_SEARCH", "SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO"}

level(cap) := "wide" if {
	cap in {
		"AUDIT_CONTROL", "BPF", "CHECKPOINT_RESTORE", "MAC_ADMIN", "MAC_OVERRIDE", "NET_ADMIN", "PERFMON", "SYSLOG",
		"SYS_BOOT", "SYS_PTRACE", "SYS_TIME",
	}
}

level(cap) := "some" if {
	cap in {
		"AUDIT_READ", "BLOCK_SUSPEND", "IPC_LOCK", "IPC_OWNER", "LEASE", "LINUX_IMMUTABLE", "NET_BROADCAST", "NET_RAW",
		"SYS_NICE", "SYS_PACCT", "SYS_RESOURCE", "SYS_TTY_CONFIG", "WAKE_ALARM",
	}
}

level(cap) := "default" if {
	cap in {
		"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP",
		"SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
	}
}

# The same, knowing the pod: in a namespace of the node two of them are as good as root on the node.
# `shared` is the set of the node's namespaces that the pod shares, of "network" and "pid".
level_in(cap, shared) := "node" if {
	cap == "NET_ADMIN"
	"network" in shared
} else := "node" if {
	cap == "SYS_PTRACE"
	"pid" in shared
} else := level(cap)

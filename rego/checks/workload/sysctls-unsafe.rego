# METADATA
# title: Pod sets a kernel parameter outside the safe set
# description: >-
#   The parameter is not known to stay within the pod, so it can take memory or other resources from the node's other
#   pods or change their behaviour. A kubelet that does not allow it refuses the pod.
# custom:
#   severity: medium
#   scope: pod
#   remediation: >-
#     Remove the entry, or set the parameter for a pool of nodes of its own and allow it there with the kubelet's
#     allowedUnsafeSysctls.
package audit.checks.workload.sysctls_unsafe

always := {
	"kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start",
	"net.ipv4.ping_group_range", "net.ipv4.tcp_syncookies",
}

# The Kubernetes version with which each became safe.
later := {
	"net.ipv4.ip_local_reserved_ports": "1.27",
	"net.ipv4.tcp_fin_timeout": "1.29",
	"net.ipv4.tcp_keepalive_intvl": "1.29",
	"net.ipv4.tcp_keepalive_probes": "1.29",
	"net.ipv4.tcp_keepalive_time": "1.29",
	"net.ipv4.tcp_notsent_lowat": "1.37",
	"net.ipv4.tcp_rmem": "1.32",
	"net.ipv4.tcp_slow_start_after_idle": "1.37",
	"net.ipv4.tcp_wmem": "1.32",
}

deny contains {
	"path": sprintf("/spec/securityContext/sysctls/%v/name", [i]),
	"msg": sprintf("sysctl %s is set", [name]),
} if {
	some i
	name := input.pod.spec.securityContext.sysctls[i].name
	is_string(name)
	not safe(replace(name, "/", ".")) # slashes instead of dots are the same to Kubernetes
}

safe(name) if name in always

safe(name) if {
	since := later[name]
	not too_old(since)
}

too_old(since) if k8s.version_compare(data.kubernetes.version, since) < 0

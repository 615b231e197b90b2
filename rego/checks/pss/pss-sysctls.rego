# METADATA
# title: Pod sets a sysctl outside the safe set
# description: >-
#   A kernel setting that is not confined to the pod, or not tested to be, can weaken or stop other pods of the
#   node.
# custom:
#   severity: medium
#   scope: pod
#   unset: the node's settings
#   remediation: Remove the sysctl, or set it on the nodes that need it.
package audit.checks.pss.pss_sysctls

import data.audit.lib.pss

# Name of a safe sysctl and the version that declared it safe.
safe := {
	"kernel.shm_rmid_forced": "1.0",
	"net.ipv4.ip_local_port_range": "1.0",
	"net.ipv4.ip_local_reserved_ports": "1.27",
	"net.ipv4.ip_unprivileged_port_start": "1.0",
	"net.ipv4.ping_group_range": "1.0",
	"net.ipv4.tcp_fin_timeout": "1.29",
	"net.ipv4.tcp_keepalive_intvl": "1.29",
	"net.ipv4.tcp_keepalive_probes": "1.29",
	"net.ipv4.tcp_keepalive_time": "1.29",
	"net.ipv4.tcp_notsent_lowat": "1.37",
	"net.ipv4.tcp_rmem": "1.32",
	"net.ipv4.tcp_slow_start_after_idle": "1.37",
	"net.ipv4.tcp_syncookies": "1.0",
	"net.ipv4.tcp_wmem": "1.32",
}

allowed contains name if {
	some name, version in safe
	pss.at_least(version)
}

deny contains {"path": sprintf("/spec/securityContext/sysctls/%d/name", [i]), "msg": msg} if {
	is_array(input.pod.spec.securityContext.sysctls)
	some i, sysctl in input.pod.spec.securityContext.sysctls
	name := pss.field(sysctl, "name")
	not name in allowed
	msg := sprintf("sysctl is %v", [name])
}

# METADATA
# title: Windows container runs as a process of the host
# description: >-
#   A HostProcess container runs on the node itself, with its network, files and the rights of the chosen account,
#   usually SYSTEM.
# custom:
#   severity: critical
#   scope: pod
#   unset: the container is isolated
#   remediation: Remove hostProcess or set it to false.
package audit.checks.pss.pss_windows_host_process

deny contains {"path": "/spec/securityContext/windowsOptions/hostProcess", "msg": "hostProcess is true"} if {
	input.pod.spec.securityContext.windowsOptions.hostProcess == true
}

deny contains {"path": path, "msg": "hostProcess is true"} if {
	some c in input.containers
	c.spec.securityContext.windowsOptions.hostProcess == true
	path := sprintf("%s/securityContext/windowsOptions/hostProcess", [c.pointer])
}

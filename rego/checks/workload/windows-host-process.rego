# METADATA
# title: Windows container runs as a process of the node
# description: >-
#   A HostProcess container has the node's files, network and processes and usually its SYSTEM account, so whoever
#   controls it controls the node.
# custom:
#   severity: critical
#   scope: pod
#   unset: containers are isolated
#   remediation: Remove hostProcess, except where the platform manages the node through it.
package audit.checks.workload.windows_host_process

whole_pod if input.pod.spec.securityContext.windowsOptions.hostProcess == true

deny contains {
	"path": "/spec/securityContext/windowsOptions/hostProcess",
	"msg": "hostProcess is true",
} if {
	whole_pod
}

deny contains {
	"path": sprintf("%s/securityContext/windowsOptions/hostProcess", [container.pointer]),
	"msg": "hostProcess is true",
} if {
	not whole_pod
	some container in input.containers
	container.spec.securityContext.windowsOptions.hostProcess == true
}

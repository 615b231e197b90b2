# METADATA
# title: Probe or lifecycle hook names a host
# description: >-
#   The kubelet sends the request from the node, to any address that the node reaches: its own loopback, cloud metadata,
#   other networks. Whoever writes pods so scans or triggers what the pod itself could not reach.
# custom:
#   severity: medium
#   scope: container
#   unset: the request goes to the pod
#   remediation: Remove host. A virtual host name belongs in a Host header under httpHeaders.
package audit.checks.workload.probe_or_lifecycle_host

# A pod in the node's network reaches all that itself, and names its own address so.
applies if not input.pod.spec.hostNetwork == true

targets["/livenessProbe/httpGet/host"] := input.container.spec.livenessProbe.httpGet.host

targets["/livenessProbe/tcpSocket/host"] := input.container.spec.livenessProbe.tcpSocket.host

targets["/readinessProbe/httpGet/host"] := input.container.spec.readinessProbe.httpGet.host

targets["/readinessProbe/tcpSocket/host"] := input.container.spec.readinessProbe.tcpSocket.host

targets["/startupProbe/httpGet/host"] := input.container.spec.startupProbe.httpGet.host

targets["/startupProbe/tcpSocket/host"] := input.container.spec.startupProbe.tcpSocket.host

targets["/lifecycle/postStart/httpGet/host"] := input.container.spec.lifecycle.postStart.httpGet.host

targets["/lifecycle/postStart/tcpSocket/host"] := input.container.spec.lifecycle.postStart.tcpSocket.host

targets["/lifecycle/preStop/httpGet/host"] := input.container.spec.lifecycle.preStop.httpGet.host

targets["/lifecycle/preStop/tcpSocket/host"] := input.container.spec.lifecycle.preStop.tcpSocket.host

deny contains {
	"path": path,
	"msg": sprintf("host is %v", [host]),
	"fix": [{"op": "remove", "path": path}],
} if {
	some path, host in targets
	host != ""
}

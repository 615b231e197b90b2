# METADATA
# title: Probe or lifecycle handler names a host
# description: >-
#   The kubelet sends probes and lifecycle requests itself, so a host of the author's choice makes it a proxy into
#   networks that the pod cannot reach.
# custom:
#   severity: medium
#   scope: pod
#   unset: the kubelet calls the pod's own address
#   remediation: Remove host from httpGet and tcpSocket.
package audit.checks.pss.pss_host_probes_and_host_lifecycle

import data.audit.lib.pss

applies if pss.at_least("1.34")

handlers contains {"path": sprintf("%s/livenessProbe", [c.pointer]), "handler": handler} if {
	some c in input.containers
	handler := c.spec.livenessProbe
}

handlers contains {"path": sprintf("%s/readinessProbe", [c.pointer]), "handler": handler} if {
	some c in input.containers
	handler := c.spec.readinessProbe
}

handlers contains {"path": sprintf("%s/startupProbe", [c.pointer]), "handler": handler} if {
	some c in input.containers
	handler := c.spec.startupProbe
}

handlers contains {"path": sprintf("%s/lifecycle/postStart", [c.pointer]), "handler": handler} if {
	some c in input.containers
	handler := c.spec.lifecycle.postStart
}

handlers contains {"path": sprintf("%s/lifecycle/preStop", [c.pointer]), "handler": handler} if {
	some c in input.containers
	handler := c.spec.lifecycle.preStop
}

deny contains {"path": sprintf("%s/%s/host", [h.path, action]), "msg": sprintf("%s.host is %v", [action, host])} if {
	some h in handlers
	some action in ["httpGet", "tcpSocket"]
	host := h.handler[action].host
	host != ""
}

# METADATA
# title: Container can send raw packets
# description: >-
#   NET_RAW, which containerd grants unless it is dropped, lets a container forge ARP and DNS answers and read its
#   neighbours' traffic on many networks.
# custom:
#   severity: medium
#   scope: container
#   enabled: false
#   unset: the container keeps NET_RAW
#   remediation: Drop ALL, or at least NET_RAW, and do not add it back.
package audit.checks.workload.capabilities_drop_net_raw

import data.audit.lib.capability

# Not in a plain run: what is not dropped fails capabilities-drop-all, what is added fails capabilities-added-*.
applies if not windows

windows if input.pod.spec.os.name == "windows"

windows if input.pod.spec.nodeSelector["kubernetes.io/os"] == "windows"

dropped if capability.spelled(input.container.security.capabilities.drop[_]) in {"ALL", "NET_RAW"}

deny contains {"path": "/securityContext/capabilities/drop", "msg": "NET_RAW is not dropped"} if not dropped

deny contains {
	"path": sprintf("/securityContext/capabilities/add/%v", [i]),
	"msg": sprintf("capability %v is added", [entry]),
} if {
	dropped
	some i
	entry := input.container.security.capabilities.add[i]
	capability.name(entry) in {"ALL", "NET_RAW"}
}

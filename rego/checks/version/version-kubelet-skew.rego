# METADATA
# title: Kubelet and API server are too far apart
# description: >-
#   Kubernetes tests a kubelet only with API servers of its own and the next few minors. Beyond that pods may fail to
#   start, or run without a field that the node does not know, such as one of the security context.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Node]
#   remediation: Upgrade the node; upgrade the control plane first when the kubelet is the newer one.
package audit.checks.version.version_kubelet_skew

import data.audit.lib.release

not_assessed contains "version of the API server" if not data.kubernetes.version

deny contains {"path": "/status/nodeInfo/kubeletVersion", "msg": msg} if {
	version := input.object.status.nodeInfo.kubeletVersion
	kubelet := release.parse(version)
	server := release.parse(data.kubernetes.version)
	lag := server[1] - kubelet[1]
	not lag in tolerated(kubelet)
	msg := sprintf("kubelet is %s, API server %s", [version, data.kubernetes.version])
}

# Three minors since kubelet 1.25, two before.
tolerated(kubelet) := {0, 1, 2, 3} if kubelet[1] >= 25

tolerated(kubelet) := {0, 1, 2} if kubelet[1] < 25

# METADATA
# title: Node runs a kubelet that gets no fixes any more
# description: >-
#   Vulnerabilities of the kubelet found from now on stay open on this node, and whoever escapes from a container there
#   stays outside.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Node]
#   remediation: Replace the node by one of the cluster's version.
package audit.checks.version.version_kubelet_unsupported

import data.audit.lib.kubernetes

deny contains {"path": "/status/nodeInfo/kubeletVersion", "msg": msg} if {
	version := input.object.status.nodeInfo.kubeletVersion
	versions := data.tables.kubernetes_versions
	since := kubernetes.unsupported(version, versions)
	not behind(versions)
	msg := sprintf("kubelet %s is out of support%s", [version, since])
}

# When the whole cluster is, version-kubernetes-unsupported says so once.
behind(versions) if {
	some _ in [kubernetes.unsupported(data.kubernetes.version, versions)]
}

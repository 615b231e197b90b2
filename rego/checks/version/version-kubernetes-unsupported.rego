# METADATA
# title: Kubernetes version gets no fixes any more
# description: >-
#   Vulnerabilities found from now on stay open in the API server and its controllers, and each release left out makes
#   the way back longer.
# custom:
#   severity: medium
#   scope: cluster
#   remediation: Upgrade one minor version after the other until a supported one is reached.
package audit.checks.version.version_kubernetes_unsupported

import data.audit.lib.kubernetes

applies if data.kubernetes.version

deny contains {"path": "", "msg": sprintf("Kubernetes %s is out of support%s", [data.kubernetes.version, since])} if {
	since := kubernetes.unsupported(data.kubernetes.version, data.tables.kubernetes_versions)
}

# METADATA
# title: Selector contains a label that changes with every release
# description: >-
#   The selector of a workload cannot be changed: the next release cannot be applied without deleting the workload
#   first.
# custom:
#   severity: low
#   scope: object
#   kinds: [Deployment, ReplicaSet, DaemonSet, StatefulSet]
#   remediation: Select by labels that stay the same for the life of the workload.
package audit.checks.workload.selector_has_version_label

import data.audit.lib.names

deny contains {"path": path, "msg": sprintf("selector contains %s", [key])} if {
	some key in ["app.kubernetes.io/version", "helm.sh/chart", "chart"]
	input.object.spec.selector.matchLabels[key]
	path := sprintf("/spec/selector/matchLabels/%s", [names.token(key)])
}

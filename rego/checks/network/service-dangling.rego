# METADATA
# title: Service selects no pod
# description: >-
#   Connections to the Service are refused. Its selector is usually misspelt or left behind, and whoever may create
#   pods with those labels receives its traffic.
# custom:
#   severity: low
#   scope: object
#   kinds: [Service]
#   requires: {fail: [Workload]}
#   confidence: medium
#   remediation: Correct spec.selector, or delete the Service.
package audit.checks.network.service_dangling

import data.audit.lib.traffic

applies if traffic.selector(input.object)

deny contains {"path": "/spec/selector", "msg": sprintf("selector %s matches no pod", [text])} if {
	labels := traffic.selector(input.object)
	not traffic.populated(input.namespace, labels)
	text := concat(",", [sprintf("%s=%v", [k, v]) | some k, v in labels])
}

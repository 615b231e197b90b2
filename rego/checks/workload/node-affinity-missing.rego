# METADATA
# title: Pod has no node affinity
# description: >-
#   The pod may run on any node, where an organisation keeps kinds of nodes apart.
# custom:
#   severity: info
#   scope: pod
#   enabled: false
#   unset: every node is accepted
#   remediation: Add affinity.nodeAffinity.
package audit.checks.workload.node_affinity_missing

deny contains {"path": "/spec/affinity/nodeAffinity", "msg": "nodeAffinity is not set"} if {
	not input.pod.spec.affinity.nodeAffinity
}

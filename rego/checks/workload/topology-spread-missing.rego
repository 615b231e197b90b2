# METADATA
# title: Pod has no topology spread constraint
# description: >-
#   Replicas are not spread over zones in a way that the manifest guarantees.
# custom:
#   severity: info
#   scope: pod
#   kinds: [Pod, Deployment, StatefulSet, ReplicaSet, ReplicationController]
#   enabled: false
#   unset: the scheduler spreads pods of one owner only weakly
#   remediation: Add a topologySpreadConstraint over topology.kubernetes.io/zone.
package audit.checks.workload.topology_spread_missing

deny contains {"path": "/spec/topologySpreadConstraints", "msg": "topologySpreadConstraints is not set"} if {
	object.get(input.pod, ["spec", "topologySpreadConstraints"], []) == []
}

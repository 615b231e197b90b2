# METADATA
# title: No old revision is kept
# description: >-
#   A bad release cannot be rolled back by the cluster; the earlier manifest must be found and applied.
# custom:
#   severity: low
#   scope: object
#   kinds: [Deployment, DaemonSet, StatefulSet]
#   unset: revisionHistoryLimit is 10
#   remediation: Set revisionHistoryLimit to 2 or more.
package audit.checks.workload.revision_history_disabled

deny contains {"path": "/spec/revisionHistoryLimit", "msg": "revisionHistoryLimit is 0"} if {
	input.object.spec.revisionHistoryLimit == 0
}

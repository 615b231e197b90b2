# METADATA
# title: Role lists a right to delete logs that does not exist
# description: >-
#   Kubernetes has no request that deletes the log of a pod, so the rule grants nothing; whoever wrote it expected
#   something else of it.
# custom:
#   severity: info
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Remove delete and deletecollection from the rule for pods/log.
package audit.checks.rbac.rbac_delete_pod_logs

deny contains {
	"path": sprintf("/rules/%d/resources/%d", [number, at]),
	"msg": sprintf("%s on pods/log", [concat(", ", verbs)]),
} if {
	rule := input.object.rules[number]
	rule.resources[at] == "pods/log"
	rule.apiGroups[_] in {"", "*"}
	verbs := [verb | some verb in rule.verbs; verb in {"delete", "deletecollection"}]
	count(verbs) > 0
}

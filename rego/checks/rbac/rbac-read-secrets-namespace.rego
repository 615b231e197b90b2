# METADATA
# title: Role allows to read every Secret of a namespace
# description: >-
#   Secrets of the namespace that were meant for other workloads, such as database passwords and TLS keys, are open to
#   the holder; in kube-system they are those of the control plane.
# custom:
#   severity: high
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: Name the Secrets that are needed with resourceNames and get, without list and watch.
package audit.checks.rbac.rbac_read_secrets_namespace

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says(power),
	"severity": roles.level(power, "high", "medium"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "read-secrets")
	power.scope == "namespace"
	not is_written(power)
}

# rbac-write-secrets-privileged-namespace reports it.
is_written(reach) if {
	roles.is_privileged(reach)
	roles.has(input.object.rules, "write-secrets")
}

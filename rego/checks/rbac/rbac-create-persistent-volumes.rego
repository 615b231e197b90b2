# METADATA
# title: Role allows to create PersistentVolumes
# description: >-
#   A PersistentVolume can name a directory of a node, and a pod that claims it sees the node's files although its own
#   spec has no hostPath that a policy could refuse.
# custom:
#   severity: high
#   scope: object
#   kinds: [ClusterRole]
#   remediation: Let a StorageClass provision volumes; leave PersistentVolumes to its provisioner.
package audit.checks.rbac.rbac_create_persistent_volumes

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says_who(power),
	"severity": roles.by_holder(power, "high"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "create-persistent-volumes")
}

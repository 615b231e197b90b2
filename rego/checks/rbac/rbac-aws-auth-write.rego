# METADATA
# title: Role decides which cloud identities administer the cluster
# description: >-
#   On EKS the ConfigMap aws-auth maps roles of the cloud to groups of the cluster, system:masters included: who
#   writes it becomes administrator.
# custom:
#   severity: critical
#   scope: object
#   kinds: [Role, ClusterRole]
#   remediation: >-
#     Remove aws-auth from resourceNames, bind the role outside of kube-system, or use access entries of EKS instead
#     of the ConfigMap.
package audit.checks.rbac.rbac_aws_auth_write

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says(power),
	"severity": roles.by_holder(power, "critical"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "write-aws-auth")
	roles.is_privileged(power)
}

# A rule without names means it, too, where it exists.
deny contains {
	"path": power.path,
	"msg": roles.says(power),
	"severity": roles.by_holder(power, "critical"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "write-dns-config")
	count(power.names) == 0
	roles.is_privileged(power)
	inventory.get("ConfigMap", "kube-system", "aws-auth")
}

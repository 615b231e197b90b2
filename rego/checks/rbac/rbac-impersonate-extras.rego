# METADATA
# title: Role allows to set attributes of an identity
# description: >-
#   Webhooks and policies that decide by the uid or the extra attributes of a caller can be deceived, together with
#   the right to impersonate somebody.
# custom:
#   severity: medium
#   scope: object
#   kinds: [ClusterRole]
#   remediation: Remove uids and userextras, or name the values that are needed with resourceNames.
package audit.checks.rbac.rbac_impersonate_extras

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says_who(power),
	"severity": roles.by_holder(power, "medium"),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "forge-attributes")
	# Who can act as anybody needs no attributes: rbac-impersonate-identities reports it.
	not roles.has(input.object.rules, "impersonate")
}

# METADATA
# title: Role allows to approve certificates
# description: >-
#   A client certificate names its user and groups by itself; who approves one for the API server becomes any user
#   that it asks for, until the certificate ends, and no binding shows it.
# custom:
#   severity: critical
#   scope: object
#   kinds: [ClusterRole]
#   remediation: Name with resourceNames the signers that the holder decides for, such as kubernetes.io/kubelet-serving.
package audit.checks.rbac.rbac_csr_approve

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": power.path,
	"msg": roles.says_who(power),
	"severity": roles.by_holder(power, severity),
} if {
	some power in roles.powers(input.kind, input.namespace, input.name, input.object.rules, "review-certificates")
}

severity := "critical" if roles.has(input.object.rules, "approve-certificates")

# Without a signer to approve for, or with harmless ones, the right is not enough.
severity := "low" if not roles.has(input.object.rules, "approve-certificates")

# METADATA
# title: Namespace does not deny traffic by default
# description: >-
#   A policy isolates only the pods that it selects, so the next pod that nobody wrote a policy for is open; a default
#   denial turns that round.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Namespace]
#   requires: {fail: [NetworkPolicy]}
#   params:
#     exempt:
#       type: array
#       default: [kube-system, kube-public, kube-node-lease]
#       description: Namespaces that are not judged.
#   unset: what no policy selects is open
#   remediation: Add a NetworkPolicy with an empty podSelector, both policyTypes and no rules.
package audit.checks.network.network_namespace_no_default_deny

import data.audit.lib.network_policies

policies := network_policies.of(input.name)

# No policy at all: network-namespace-no-policy.
applies if {
	not input.name in data.params["network-namespace-no-default-deny"].exempt
	count(policies) > 0
}

deny contains {"path": "", "msg": sprintf("no policy denies %s by default", [list]), "severity": severity(open)} if {
	count(network_policies.foreign(input.name)) == 0
	open := {direction | some direction in ["Ingress", "Egress"]; not denied_by_default(direction)}
	count(open) > 0
	list := concat(" and ", open)
}

# Who may come in matters more than where a pod may go.
severity(open) := "medium" if "Ingress" in open

else := "low"

denied_by_default(direction) if {
	some policy in policies
	network_policies.selects_all(policy)
	network_policies.denies_all(policy, direction)
}

not_assessed contains sprintf("%s is not evaluated", [kind]) if some kind in network_policies.foreign(input.name)

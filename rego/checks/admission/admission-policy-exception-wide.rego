# METADATA
# title: Policy exception is for everything
# description: >-
#   An exception without limits switches a policy, or all of them, off. Whoever needs one object let through opens the
#   door for every other.
# custom:
#   severity: medium
#   scope: object
#   kinds:
#   - kubescape.io/ClusterSecurityException
#   - kyverno.io/PolicyException
#   - policies.kyverno.io/PolicyException
#   remediation: Name the policy and the objects, by namespace and name or by a label that only administrators set.
package audit.checks.admission.admission_policy_exception_wide

import data.audit.lib.typed

deny contains {"path": sprintf("/spec/exceptions/%d/policyName", [i]), "msg": "policyName is *"} if {
	some i, exception in typed.array(input.object.spec.exceptions)
	exception.policyName == "*"
}

# Filters under `any` are alternatives: one without limits is enough.
deny contains {"path": sprintf("/spec/match/any/%d/resources", [i]), "msg": "neither namespaces, names nor labels"} if {
	not input.object.spec.conditions
	some i, filter in typed.array(input.object.spec.match.any)
	unlimited(filter)
}

# Those under `all` limit each other.
deny contains {"path": "/spec/match/all", "msg": "neither namespaces, names nor labels"} if {
	not input.object.spec.conditions
	input.object.spec.match.all[0]
	every filter in input.object.spec.match.all { unlimited(filter) }
}

deny contains {"path": "/spec/matchConditions", "msg": "matchConditions is not set"} if {
	split(input.apiVersion, "/")[0] == "policies.kyverno.io"
	not input.object.spec.matchConditions[0]
	not input.object.spec.images[0]
	not input.object.spec.allowedValues[0]
}

deny contains {"path": "/spec/match", "msg": "match is not set"} if {
	input.kind == "ClusterSecurityException"
	object.get(input.object.spec, "match", {}) == {}
}

unlimited(filter) if {
	limits := [limit |
		some field in ["namespaces", "names"]
		limit := typed.array(filter.resources[field])
		not "*" in limit
		limit != []
	]
	limits == []
	not filter.resources.selector
	not filter.resources.namespaceSelector
	not filter.subjects[0]
	not filter.roles[0]
	not filter.clusterRoles[0]
}

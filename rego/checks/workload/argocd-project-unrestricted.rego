# METADATA
# title: Argo CD project has no limits
# description: >-
#   Applications of the project deploy what they like where they like, with the rights of Argo CD, which are usually
#   those of a cluster administrator.
# custom:
#   severity: medium
#   scope: object
#   kinds: [argoproj.io/AppProject]
#   unset: no repository, no destination and no cluster-scoped object is allowed
#   remediation: List the repositories, the namespaces and the cluster-scoped kinds that the applications need.
package audit.checks.workload.argocd_project_unrestricted

import data.audit.lib.typed

deny contains {"path": "/spec", "msg": msg, "severity": severity(open)} if {
	open != []
	msg := sprintf("any %s", [concat(", any ", open)])
}

open := [limit |
	some limit in ["cluster-scoped kind", "destination", "repository"]
	unlimited(limit)
]

# Without the others each is a risk of its own, but a smaller one.
severity(limits) := "medium" if count(limits) == 3

severity(limits) := "low" if count(limits) < 3

unlimited("repository") if "*" in input.object.spec.sourceRepos

unlimited("destination") if {
	some destination in typed.array(input.object.spec.destinations)
	destination.namespace == "*"
	"*" in [destination[field] | some field in ["name", "server"]]
}

unlimited("cluster-scoped kind") if {
	some entry in typed.array(input.object.spec.clusterResourceWhitelist)
	entry.group == "*"
	entry.kind == "*"
}

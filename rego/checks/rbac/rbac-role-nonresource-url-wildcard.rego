# METADATA
# title: Inner paths of the API server are open to a broad group
# description: >-
#   Metrics, profiles and logs of the API server tell which objects exist and what it is busy with, and profiling
#   costs it time; a group of everybody has no need of them.
# custom:
#   severity: medium
#   scope: object
#   kinds: [ClusterRole]
#   remediation: List the paths that are needed, and bind the role to the accounts that need them.
package audit.checks.rbac.rbac_role_nonresource_url_wildcard

import data.audit.lib.roles

applies if {
	roles.is_judged(input.labels, object.get(input.object, "rules", []))
	# The parts of an aggregated role are judged, with those who hold it.
	not input.object.aggregationRule
}

deny contains {
	"path": sprintf("/rules/%d/nonResourceURLs/%d", [number, at]),
	"msg": sprintf("%s on %s, held by %s", [roles.verbs(rule), url, reach.who]),
} if {
	rule := input.object.rules[number]
	url := rule.nonResourceURLs[at]
	some path in data.tables.rbac.inner_paths
	covers(url, path)
	some verb in rule.verbs
	verb in {"*", "get"}
	reach := rbac.reach(input.kind, input.namespace, input.name)
	reach.scope == "cluster"
	some holder in reach.holders
	is_broad(holder)
}

covers(url, path) if url == path

covers(url, path) if {
	is_string(url)
	endswith(url, "*")
	startswith(path, trim_right(url, "*"))
}

is_broad(holder) if holder in {"User/system:anonymous", "Group/system:unauthenticated", "Group/system:authenticated"}

is_broad(holder) if startswith(holder, "Group/system:serviceaccounts")

# What a Role or ClusterRole gives to whom, and how bad that is.
package audit.lib.roles

# Do our checks speak of the role? Kubernetes' own are nobody's fault, and one that allows everything is reported once, as that.
is_judged(labels, rules) if {
	is_ours(labels)
	not has(rules, "everything")
}

is_ours(labels) if object.get(labels, "kubernetes.io/bootstrapping", "") != "rbac-defaults"

# Do the rules give the primitive?
has(rules, primitive) if count(rbac.grants(rules, primitive)) > 0

# Rules that give a primitive, each with who holds the role where. Silent about a rule for every resource of the core group: that
# is reported once, by rbac-role-wildcard-resources, and about what a binding in a namespace cannot give.
powers(kind, namespace, name, rules, primitive) := [object.union(grant, reach) |
	some grant in rbac.grants(rules, primitive)
	not grant.any_resource
	reach := rbac.reach(kind, namespace, name)
	is_given(grant, reach)
]

is_given(grant, _) if not grant.cluster

is_given(_, reach) if reach.scope == "cluster"

# Does somebody who holds the role have the primitive, by these rules or by another role?
holder_has(_, _, _, rules, primitive) if has(rules, primitive)

holder_has(kind, namespace, name, rules, primitive) if {
	not has(rules, primitive)
	rbac.holder_has(kind, namespace, name, primitive)
}

# Can somebody who holds the role remove pods of others from their nodes?
can_evict(kind, namespace, name, rules) if holder_has(kind, namespace, name, rules, "evict-pods")

# Does somebody who holds the role decide what runs in pods?
can_run_pods(kind, namespace, name, rules) if {
	some primitive in ["create-pods", "write-pod-controllers", "modify-pods"]
	holder_has(kind, namespace, name, rules, primitive)
}

# The role holds in the whole cluster, or where the control plane's own accounts and pods are, which is as good.
is_privileged(reach) if reach.scope == "cluster"

is_privileged(reach) if {
	some namespace in reach.namespaces
	namespace in data.tables.rbac.privileged_namespaces
}

# The severity for a role that is held in the whole cluster, or in a namespace. One less for a role that nobody at hand
# holds; to know, when only parts of Kubernetes hold it.
level(reach, cluster, _) := by_holder(reach, cluster) if is_privileged(reach)

level(reach, _, namespace) := by_holder(reach, namespace) if not is_privileged(reach)

by_holder(reach, severity) := severity if {
	reach.bound
	not reach.system
}

by_holder(reach, severity) := less(severity) if not reach.bound

by_holder(reach, _) := "info" if reach.system

less("critical") := "high" if true

less("high") := "medium" if true

less("medium") := "low" if true

less("low") := "info" if true

less("info") := "info" if true

# The message: what, where and who; for resources without a namespace what and who.
says(power) := sprintf("%s, held in %s by %s", [power.text, power.place, power.who]) if power.bound

says(power) := sprintf("%s, held by %s", [power.text, power.who]) if not power.bound

says_who(power) := sprintf("%s, held by %s", [power.text, power.who])

# The verbs of a rule in words.
verbs(rule) := "all verbs" if "*" in rule.verbs

verbs(rule) := concat(", ", [verb | some verb in rule.verbs; is_string(verb)]) if not "*" in rule.verbs

# The API groups of a rule in words.
groups(rule) := "all groups" if "*" in rule.apiGroups

groups(rule) := concat(", ", [group_name(group) | some group in rule.apiGroups; is_string(group)]) if {
	not "*" in rule.apiGroups
}

group_name(group) := "the core group" if group == ""

group_name(group) := group if group != ""

# The rule is not narrowed to objects by name.
is_open(rule) if not rule.resourceNames[0]

# The rule changes something.
writes(rule) if {
	some verb in rule.verbs
	not verb in {"get", "list", "watch"}
}

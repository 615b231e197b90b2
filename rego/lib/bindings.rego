# Whom a RoleBinding or ClusterRoleBinding names, and what it gives them.
package audit.lib.bindings

# Subjects by their place in the list; what names nobody is left out.
subjects(list) := {number: subject |
	is_array(list)
	some number, subject in list
	is_string(subject.kind)
	is_string(subject.name)
}

# Subjects in words, at most three of them.
who(list) := text if {
	all := [words(subject) | some subject in subjects(list)]
	shown := concat(", ", array.slice(all, 0, 3))
	text := sprintf("%s%s", [shown, rest(count(all) - 3)])
}

rest(more) := "" if more <= 0

rest(more) := sprintf(" and %d more", [more]) if more > 0

words(subject) := sprintf("%v %v", [subject.kind, subject.name]) if not subject.namespace

words(subject) := sprintf("%v %v/%v", [subject.kind, subject.namespace, subject.name]) if subject.namespace

# The binding holds in the whole cluster, or where the control plane's own accounts and pods are, which is as good.
is_privileged(kind, _) if kind == "ClusterRoleBinding"

is_privileged(kind, namespace) if {
	kind == "RoleBinding"
	namespace in data.tables.rbac.privileged_namespaces
}

# What the role is worth to an intruder: the cluster or the namespace (takeover), changing something, reading something, or only paths
# and questions about oneself. Unknown when the role is not at hand.
worth(kind, namespace, role_ref) := class(gift) if gift := rbac.granted(kind, namespace, role_ref)

worth(kind, namespace, role_ref) := "unknown" if not rbac.granted(kind, namespace, role_ref)

class(gift) := "takeover" if gift.takeover

class(gift) := "paths" if gift.self_review

class(gift) := "read" if {
	gift.read_only
	not gift.self_review
	not gift.takeover
}

class(gift) := "write" if {
	not gift.read_only
	not gift.self_review
	not gift.takeover
}

# A part of Kubernetes itself, which its own roles are for.
is_system(subject) if {
	subject.kind in {"Group", "User"}
	startswith(subject.name, "system:")
}

is_system(subject) if {
	subject.kind == "ServiceAccount"
	subject.namespace in data.tables.rbac.privileged_namespaces
}

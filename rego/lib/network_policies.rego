# What NetworkPolicies select, isolate and let through.
package audit.lib.network_policies

# Policies of a namespace; the empty name stands for manifests without a namespace.
of(namespace) := [policy |
	some policy in inventory.list("NetworkPolicy", namespace)
	object.get(policy.metadata, "namespace", "") == namespace
]

# Kinds of network plug-ins with policies of their own that are at work in the namespace or everywhere; what they let
# through is not evaluated.
foreign(namespace) := {kind |
	some kind in data.tables.network_policies.namespaced
	count(inventory.list(kind, namespace)) > 0
} | {kind |
	some kind in data.tables.network_policies.global
	count(inventory.list(kind, "")) > 0
}

# A list in the object, empty when it is unset, undefined when it is something else.
items(holder, field) := value if {
	value := object.get(holder, field, [])
	is_array(value)
}

# Policies of a namespace that select pods with these labels. An absent selector is the empty one, and that selects every pod.
selecting(namespace, labels) := [policy |
	some policy in inventory.selecting("NetworkPolicy", namespace, "podSelector", labels)
	object.get(policy.metadata, "namespace", "") == namespace
]

selects(policy, labels) if k8s.selects(object.get(policy.spec, "podSelector", {}), labels)

selects_all(policy) if is_empty(object.get(policy.spec, "podSelector", {}))

is_empty(selector) if {
	is_object(selector)
	count(object.get(selector, "matchLabels", {})) == 0
	count(object.get(selector, "matchExpressions", [])) == 0
}

# Does the policy isolate its pods in the direction? Without types it is Ingress, and Egress if there are rules for it.
isolates(policy, direction) if direction in policy.spec.policyTypes

isolates(policy, "Ingress") if count(items(policy.spec, "policyTypes")) == 0

isolates(policy, "Egress") if {
	count(items(policy.spec, "policyTypes")) == 0
	count(items(policy.spec, "egress")) > 0
}

# Nothing in that direction is let through by the policy itself.
denies_all(policy, direction) if {
	isolates(policy, direction)
	count(items(policy.spec, lower(direction))) == 0
}

# Is the rule open on all ports, if only of one protocol?
is_any_port(rule) if count(items(rule, "ports")) == 0

is_any_port(rule) if {
	some port in items(rule, "ports")
	is_object(port)
	not port.port
}

# Every address of a family.
is_everyone(block) if {
	block.cidr in {"0.0.0.0/0", "::/0"}
	count(items(block, "except")) == 0
}

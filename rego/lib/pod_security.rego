# What keeps dangerous pods out of a namespace: its Pod Security labels, or a policy engine.
package audit.lib.pod_security

enforced(labels) := labels["pod-security.kubernetes.io/enforce"]

# The levels that allow more than a level does.
weaker := {"baseline": {"privileged"}, "restricted": {"privileged", "baseline"}}

# Webhooks of known policy engines that see the pods of a namespace with these labels.
webhooks(labels) := {webhook.name |
	some config in inventory.list("ValidatingWebhookConfiguration", "")
	some webhook in config.webhooks
	is_engine(config.metadata.name, webhook)
	object.get(webhook, "failurePolicy", "Fail") == "Fail"
	some rule in webhook.rules
	covers_pods(rule)
	k8s.selects(object.get(webhook, "namespaceSelector", {}), labels)
}

is_engine(name, _) if is_engine_name(name)

is_engine(_, webhook) if is_engine_name(webhook.name)

is_engine(_, webhook) if is_engine_name(webhook.clientConfig.service.name)

is_engine_name(name) if {
	some engine in data.tables.policy_engines.names
	contains(name, engine)
}

covers_pods(rule) if {
	some group in rule.apiGroups
	group in {"", "*"}
	some resource in rule.resources
	resource in {"pods", "*", "*/*"}
}

# Bindings that deny by a policy which sees pods of such a namespace.
policies(labels) := {binding.metadata.name |
	some binding in inventory.list("ValidatingAdmissionPolicyBinding", "")
	"Deny" in binding.spec.validationActions
	k8s.selects(object.get(object.get(binding.spec, "matchResources", {}), "namespaceSelector", {}), labels)
	policy := inventory.get("ValidatingAdmissionPolicy", "", binding.spec.policyName)
	some rule in policy.spec.matchConstraints.resourceRules
	covers_pods(rule)
	k8s.selects(object.get(policy.spec.matchConstraints, "namespaceSelector", {}), labels)
}

# What an admission webhook or policy sees.
package audit.lib.admission

# covers(rule, group, resource): the rule sees how objects of the resource come to be or change.
covers(rule, group, resource) if {
	some wanted in ["*", group]
	wanted in rule.apiGroups
	some pattern in ["*", "*/*", resource]
	pattern in rule.resources
	some operation in ["*", "CREATE", "UPDATE"]
	operation in rule.operations
}

# engine(webhook): it belongs to a product that judges pods by policies, and there are policies.
engine(webhook) if {
	named(webhook, data.tables.admission.engines)
	webhook.rules[0]
}

# named(webhook, parts): its name has one of the parts.
named(webhook, parts) if {
	is_string(webhook.name)
	some part in parts
	contains(webhook.name, part)
}

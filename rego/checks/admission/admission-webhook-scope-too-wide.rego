# METADATA
# title: Webhook that fails closed is in its own way
# description: >-
#   While the webhook is down no pod of these namespaces starts: neither the cluster's DNS and network in kube-system,
#   nor the webhook's own replacement. A restart at the wrong time becomes an outage that needs an administrator.
# custom:
#   severity: medium
#   scope: object
#   kinds: [MutatingWebhookConfiguration, ValidatingWebhookConfiguration]
#   unset: every namespace is covered
#   remediation: >-
#     Leave out kube-system and the webhook's own namespace in namespaceSelector, by kubernetes.io/metadata.name.
package audit.checks.admission.admission_webhook_scope_too_wide

import data.audit.lib.admission
import data.audit.lib.typed

deny contains {"path": sprintf("/webhooks/%d/namespaceSelector", [i]), "msg": msg} if {
	some i, webhook in typed.array(input.object.webhooks)
	stops_pods(webhook)
	covered := concat(" and ", {name | some name in needed(webhook); selected(webhook, name)})
	covered != ""
	msg := sprintf("%s fails closed for pods of %s", [webhook.name, covered])
}

not_assessed contains sprintf("labels of namespace %s", [name]) if {
	some webhook in typed.array(input.object.webhooks)
	stops_pods(webhook)
	some name in needed(webhook)
	not is_boolean(selected(webhook, name))
}

stops_pods(webhook) if {
	not webhook.failurePolicy == "Ignore"
	not narrow(webhook)
	some rule in typed.array(webhook.rules)
	not rule.scope == "Cluster"
	admission.covers(rule, "", "pods")
}

# What is narrowed down by more than the namespace is its author's care.
narrow(webhook) if webhook.objectSelector != {}

narrow(webhook) if webhook.matchConditions[0]

needed(webhook) := {"kube-system"} | {name | name := webhook.clientConfig.service.namespace}

# Without the namespace at hand only its name is known: what a selector makes of labels that may be missing is open.
selected(webhook, name) := k8s.selects(selector(webhook), object.union(own(name), labels)) if {
	namespace := inventory.get("Namespace", "", name)
	labels := object.get(namespace.metadata, "labels", {})
}

selected(webhook, name) := k8s.selects(selector(webhook), own(name)) if {
	not inventory.get("Namespace", "", name)
	not open(selector(webhook))
}

selector(webhook) := object.get(webhook, "namespaceSelector", {})

own(name) := {"kubernetes.io/metadata.name": name}

open(wanted) if {
	some expression in wanted.matchExpressions
	expression.operator in {"NotIn", "DoesNotExist"}
	expression.key != "kubernetes.io/metadata.name"
}

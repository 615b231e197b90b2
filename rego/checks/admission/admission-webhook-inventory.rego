# METADATA
# title: Admission webhook sees or changes objects
# description: >-
#   An admission webhook reads every object that it is asked about, Secrets included, and a mutating one rewrites them.
#   The list of all of them is worth a look from time to time.
# custom:
#   severity: info
#   scope: object
#   kinds: [MutatingWebhookConfiguration, ValidatingWebhookConfiguration]
#   enabled: false
#   remediation: Remove the webhooks that nobody can explain.
package audit.checks.admission.admission_webhook_inventory

import data.audit.lib.inv
import data.audit.lib.typed

deny contains {"path": sprintf("/webhooks/%d", [i]), "msg": sprintf("%s calls %s", [webhook.name, server])} if {
	some i, webhook in typed.array(input.object.webhooks)
	server := target(webhook.clientConfig)
}

target(client) := client.url

target(client) := inv.id("Service", client.service.namespace, client.service.name)

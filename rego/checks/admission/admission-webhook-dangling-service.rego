# METADATA
# title: Admission webhook calls a missing Service
# description: >-
#   The webhook never answers: what it was to stop is admitted, or everything is stopped. Whoever may create a Service
#   of that name is sent the objects instead.
# custom:
#   severity: medium
#   scope: object
#   kinds: [MutatingWebhookConfiguration, ValidatingWebhookConfiguration]
#   requires: {fail: [Service]}
#   remediation: Remove the webhook, or install what it belongs to again.
package audit.checks.admission.admission_webhook_dangling_service

import data.audit.lib.inv
import data.audit.lib.typed

deny contains {"path": sprintf("/webhooks/%d/clientConfig/service", [i]), "msg": msg} if {
	some i, webhook in typed.array(input.object.webhooks)
	service := webhook.clientConfig.service
	id := inv.id("Service", service.namespace, service.name)
	not inv.exists("Service", service.namespace, service.name)
	msg := sprintf("%s does not exist", [id])
}

# METADATA
# title: Admission webhook has no CA bundle
# description: >-
#   The certificate of a Service is never signed by a public authority, so without a bundle every call fails: the
#   webhook protects nothing, or stops everything.
# custom:
#   severity: low
#   scope: object
#   kinds: [MutatingWebhookConfiguration, ValidatingWebhookConfiguration]
#   unset: the authorities that the API server's machine trusts
#   remediation: Have cert-manager or the product's own job write the bundle, and look why it has not done so yet.
package audit.checks.admission.admission_webhook_no_ca

import data.audit.lib.typed

# In a file the bundle is often still to be written by a controller: only what a server has stored is judged.
applies if input.object.metadata.uid

deny contains {"path": sprintf("/webhooks/%d/clientConfig/caBundle", [i]), "msg": "caBundle is empty"} if {
	some i, webhook in typed.array(input.object.webhooks)
	webhook.clientConfig.service

	# The placeholder is a newline in base64.
	object.get(webhook.clientConfig, "caBundle", "") in {"", "Cg=="}
}

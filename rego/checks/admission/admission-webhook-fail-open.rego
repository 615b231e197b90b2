# METADATA
# title: Admission control of pods or permissions fails open
# description: >-
#   Whenever the webhook does not answer in time, everything is admitted unseen. An attacker only has to keep it busy or
#   to wait for its restart.
# custom:
#   severity: medium
#   scope: object
#   kinds: [MutatingWebhookConfiguration, ValidatingWebhookConfiguration]
#   unset: Fail
#   remediation: >-
#     Set failurePolicy to Fail, run the webhook in several replicas, and leave out the namespaces that it needs to
#     start.
package audit.checks.admission.admission_webhook_fail_open

import data.audit.lib.admission
import data.audit.lib.typed

deny contains {"path": sprintf("/webhooks/%d/failurePolicy", [i]), "msg": sprintf("%s has Ignore", [webhook.name])} if {
	some i, webhook in typed.array(input.object.webhooks)
	webhook.failurePolicy == "Ignore"
	decides(webhook)
	some rule in typed.array(webhook.rules)
	guards(rule)
}

# A mutating webhook mostly adds comfort that may be missing; that of a policy engine enforces.
decides(_) if input.kind == "ValidatingWebhookConfiguration"

decides(webhook) if admission.engine(webhook)

guards(rule) if admission.covers(rule, "", "pods")

guards(rule) if {
	some resource in ["clusterrolebindings", "clusterroles", "rolebindings", "roles"]
	admission.covers(rule, "rbac.authorization.k8s.io", resource)
}

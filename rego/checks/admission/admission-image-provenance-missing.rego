# METADATA
# title: Nothing verifies image signatures at admission
# description: >-
#   Whoever can push to a registry, or answer in its place, decides what runs in the cluster.
# custom:
#   severity: info
#   scope: cluster
#   requires:
#     fail:
#     - Pod
#     - ValidatingWebhookConfiguration
#     - MutatingWebhookConfiguration
#     - config.ratify.deislabs.io/Verifier
#     - kyverno.io/ClusterPolicy
#     - kyverno.io/Policy
#     - policies.kyverno.io/ImageValidatingPolicy
#     - policy.sigstore.dev/ClusterImagePolicy
#   remediation: >-
#     Verify signatures with the sigstore policy-controller, Kyverno, Ratify or Connaisseur, or with the
#     ImagePolicyWebhook plugin.
package audit.checks.admission.admission_image_provenance_missing

import data.audit.lib.admission
import data.audit.lib.argument
import data.audit.lib.typed

deny contains {"path": "", "msg": "no verifier of image signatures"} if not verified

verified if inventory.list("policy.sigstore.dev/ClusterImagePolicy", "")[0]

verified if inventory.list("policies.kyverno.io/ImageValidatingPolicy", "")[0]

verified if inventory.list("config.ratify.deislabs.io/Verifier", "")[0]

verified if {
	some policy in array.concat(inventory.list("kyverno.io/ClusterPolicy", ""), inventory.list("kyverno.io/Policy", ""))
	some rule in typed.array(policy.spec.rules)
	rule.verifyImages[0]
}

verified if {
	some configuration in array.concat(
		inventory.list("ValidatingWebhookConfiguration", ""),
		inventory.list("MutatingWebhookConfiguration", ""),
	)
	some webhook in typed.array(configuration.webhooks)
	admission.named(webhook, data.tables.admission.verifiers)
}

verified if {
	some pod in inventory.list("Pod", "kube-system")
	some container in typed.array(pod.spec.containers)
	plugins := argument.value(argument.words(container), "enable-admission-plugins")
	"ImagePolicyWebhook" in split(plugins, ",")
}

# METADATA
# title: Nothing stops privileged pods at admission
# description: >-
#   No namespace enforces a Pod Security level, no policy engine judges pods and no in-tree policy denies them, so
#   whoever may create a pod in any namespace takes over its node.
# custom:
#   severity: high
#   scope: cluster
#   requires:
#     fail:
#     - Namespace
#     - Pod
#     - ValidatingAdmissionPolicy
#     - ValidatingAdmissionPolicyBinding
#     - ValidatingWebhookConfiguration
#     - security.openshift.io/SecurityContextConstraints
#   unset: PodSecurity admission is on and enforces the level privileged
#   remediation: >-
#     Label namespaces with pod-security.kubernetes.io/enforce at baseline or restricted, or install a policy engine.
#   params:
#     engines:
#       type: array
#       default: []
#       description: Parts of the names of further webhooks that judge pods by policies.
package audit.checks.admission.admission_no_policy_engine

import data.audit.lib.admission
import data.audit.lib.argument
import data.audit.lib.typed

deny contains {"path": "", "msg": "no Pod Security level, policy engine or policy denies a pod"} if {
	not controlled
	not configured
}

# The file may set levels for all namespaces; without it there is a finding.
not_assessed contains "the API server's admission configuration file" if not controlled

controlled if {
	some namespace in inventory.list("Namespace", "")
	namespace.metadata.labels["pod-security.kubernetes.io/enforce"] in {"baseline", "restricted"}
}

controlled if {
	some configuration in inventory.list("ValidatingWebhookConfiguration", "")
	some webhook in typed.array(configuration.webhooks)
	judges(webhook)
}

# It has to see pods, or what makes them.
controlled if {
	some binding in inventory.list("ValidatingAdmissionPolicyBinding", "")
	"Deny" in binding.spec.validationActions
	policy := inventory.get("ValidatingAdmissionPolicy", "", binding.spec.policyName)
	some rule in typed.array(policy.spec.matchConstraints.resourceRules)
	some group, resource in {"": "pods", "apps": "deployments"}
	admission.covers(rule, group, resource)
}

# OpenShift.
controlled if inventory.list("security.openshift.io/SecurityContextConstraints", "")[0]

judges(webhook) if admission.engine(webhook)

judges(webhook) if admission.named(webhook, data.params["admission-no-policy-engine"].engines)

configured if {
	some pod in inventory.list("Pod", "kube-system")
	some container in typed.array(pod.spec.containers)
	words := argument.words(container)
	"kube-apiserver" in words
	argument.value(words, "admission-control-config-file")
}

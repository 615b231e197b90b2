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


# METADATA
# title: Namespace enforces no Pod Security level
# description: >-
#   Whoever may create pods in the namespace can create privileged ones and so take over a node; neither a Pod
#   Security label nor a policy engine stands in the way.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Namespace]
#   requires: {fail: [ValidatingWebhookConfiguration, ValidatingAdmissionPolicyBinding]}
#   params:
#     exempt:
#       type: array
#       default: [kube-system, kube-public, kube-node-lease]
#       description: Namespaces that are not judged.
#   unset: the level is privileged, unless the API server is configured otherwise
#   remediation: Set the label pod-security.kubernetes.io/enforce to baseline or restricted.
package audit.checks.namespace.namespace_no_pod_security

import data.audit.lib.pod_security

applies if not input.name in data.params["namespace-no-pod-security"].exempt

deny contains {
	"path": "/metadata/labels/pod-security.kubernetes.io~1enforce",
	"msg": "pod-security.kubernetes.io/enforce is not set",
} if {
	not pod_security.enforced(input.labels)
	labels := object.union(input.labels, {"kubernetes.io/metadata.name": input.name})
	count(pod_security.webhooks(labels)) == 0
	count(pod_security.policies(labels)) == 0
}

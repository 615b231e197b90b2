# METADATA
# title: Namespace enforces the level privileged
# description: >-
#   The label allows what it seems to restrict: whoever may create pods here can create privileged ones and so take
#   over a node.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Namespace]
#   params:
#     exempt:
#       type: array
#       default: [kube-system]
#       description: Namespaces that need privileged pods.
#   remediation: Set the label to baseline or restricted; keep privileged programs in namespaces of their own.
package audit.checks.namespace.namespace_pod_security_privileged

import data.audit.lib.pod_security

applies if not input.name in data.params["namespace-pod-security-privileged"].exempt

deny contains {
	"path": "/metadata/labels/pod-security.kubernetes.io~1enforce",
	"msg": "pod-security.kubernetes.io/enforce is privileged",
} if {
	pod_security.enforced(input.labels) == "privileged"
}

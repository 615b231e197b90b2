# METADATA
# title: Namespace enforces less than the level restricted
# description: >-
#   The level baseline keeps pods from the node but lets them run as root with the default capabilities and without
#   seccomp.
# custom:
#   severity: low
#   scope: object
#   kinds: [Namespace]
#   enabled: false
#   remediation: Set the label to restricted once the workloads of the namespace allow it.
package audit.checks.namespace.namespace_pod_security_below_restricted

import data.audit.lib.pod_security

# Less than baseline: namespace-no-pod-security and namespace-pod-security-privileged.
deny contains {
	"path": "/metadata/labels/pod-security.kubernetes.io~1enforce",
	"msg": "pod-security.kubernetes.io/enforce is baseline",
} if {
	pod_security.enforced(input.labels) == "baseline"
}

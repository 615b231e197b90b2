# METADATA
# title: Pod Security level is announced and not enforced
# description: >-
#   The namespace warns of pods that break a stricter level than the one it enforces, so they are still created; that
#   is meant to be the state of a transition.
# custom:
#   severity: info
#   scope: object
#   kinds: [Namespace]
#   enabled: false
#   remediation: Enforce the level once the warnings have ended.
package audit.checks.namespace.namespace_pod_security_warn_only

import data.audit.lib.pod_security

deny contains {
	"path": sprintf("/metadata/labels/pod-security.kubernetes.io~1%s", [mode]),
	"msg": sprintf("%s is %s, enforce is %s", [mode, level, enforced]),
} if {
	some mode in ["warn", "audit"]
	level := input.labels[sprintf("pod-security.kubernetes.io/%s", [mode])]
	enforced := object.get(input.labels, "pod-security.kubernetes.io/enforce", "privileged")
	enforced in pod_security.weaker[level]
}

# METADATA
# title: Pod Security level is pinned to an old version
# description: A pinned version leaves out the controls that were added to the level since.
# custom:
#   severity: info
#   scope: object
#   kinds: [Namespace]
#   unset: the version of the API server
#   remediation: Raise the pinned version, or set it to latest.
package audit.checks.namespace.namespace_pod_security_pinned_old

applies if data.kubernetes.version

deny contains {
	"path": "/metadata/labels/pod-security.kubernetes.io~1enforce-version",
	"msg": sprintf("enforce-version is %s", [pinned]),
} if {
	pinned := input.labels["pod-security.kubernetes.io/enforce-version"]
	regex.match(`^v1\.[0-9]+$`, pinned)
	age := to_number(split(data.kubernetes.version, ".")[1]) - to_number(trim_prefix(pinned, "v1."))
	age > 3
}

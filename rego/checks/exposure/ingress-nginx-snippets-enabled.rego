# METADATA
# title: ingress-nginx accepts snippets
# description: >-
#   With snippets allowed everyone who may write an Ingress in any namespace writes configuration of the shared
#   controller, and reads its token and, through it, usually every Secret of the cluster (CVE-2021-25742).
# custom:
#   severity: high
#   scope: object
#   kinds: [ConfigMap]
#   unset: "false since ingress-nginx 1.9"
#   remediation: Remove allow-snippet-annotations or set it to "false".
package audit.checks.exposure.ingress_nginx_snippets_enabled

applies if input.object.data["allow-snippet-annotations"]

# The controller reads the value as Go does.
deny contains {"path": "/data/allow-snippet-annotations", "msg": msg} if {
	value := input.object.data["allow-snippet-annotations"]
	is_string(value)
	lower(value) in {"true", "t", "1"}
	msg := sprintf("allow-snippet-annotations is %s", [value])
}

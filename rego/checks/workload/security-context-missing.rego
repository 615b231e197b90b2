# METADATA
# title: Container has no security context
# description: >-
#   Neither the container nor the pod sets any security field, so the image and the runtime's defaults decide them all.
# custom:
#   severity: low
#   scope: container
#   enabled: false
#   unset: the image and the runtime decide
#   remediation: >-
#     Add a securityContext with runAsNonRoot, allowPrivilegeEscalation false, capabilities.drop [ALL],
#     readOnlyRootFilesystem and a seccompProfile.
package audit.checks.workload.security_context_missing

# Not in a plain run: each missing field fails the check of its own.
deny contains {"path": "/securityContext", "msg": "securityContext is not set"} if {
	not given(object.get(input.container.spec, "securityContext", {}))
	not given(object.get(input.pod.spec, "securityContext", {}))
}

given(context) if context != {}

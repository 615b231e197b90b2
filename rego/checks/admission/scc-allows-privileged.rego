# METADATA
# title: Security context constraints allow privileged containers
# description: >-
#   Whoever may use these constraints starts a container with every capability and device of the node, and so controls
#   the node.
# custom:
#   severity: high
#   scope: object
#   kinds: [security.openshift.io/SecurityContextConstraints]
#   unset: privileged containers are refused
#   remediation: >-
#     Set allowPrivilegedContainer to false, and bind the constraints called privileged to the few accounts that need
#     them.
package audit.checks.admission.scc_allows_privileged

# OpenShift's own; rbac-scc-anyuid-use tells who may use those.
applies if not input.name in data.tables.admission.openshift_constraints

deny contains {"path": "/allowPrivilegedContainer", "msg": "allowPrivilegedContainer is true"} if {
	input.object.allowPrivilegedContainer == true
}

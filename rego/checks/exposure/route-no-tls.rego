# METADATA
# title: OpenShift Route serves plain HTTP
# description: >-
#   Everyone between the client and the router reads and changes the exchange, session cookies and credentials included.
# custom:
#   severity: medium
#   scope: object
#   kinds: [route.openshift.io/Route]
#   unset: the route answers on port 80 only
#   remediation: Set spec.tls.termination, and insecureEdgeTerminationPolicy to Redirect or None.
package audit.checks.exposure.route_no_tls

deny contains {"path": "/spec/tls", "msg": "spec.tls is not set"} if not input.object.spec.tls

deny contains {"path": "/spec/tls/insecureEdgeTerminationPolicy", "msg": "insecureEdgeTerminationPolicy is Allow"} if {
	input.object.spec.tls.insecureEdgeTerminationPolicy == "Allow"
}

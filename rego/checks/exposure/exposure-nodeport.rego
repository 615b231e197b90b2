# METADATA
# title: Service opens a port on every node
# description: >-
#   A NodePort is reachable at the address of every node, past the ingress controller, its TLS and its filters.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Service]
#   unset: the type is ClusterIP
#   remediation: Use ClusterIP behind an Ingress or a Gateway.
package audit.checks.exposure.exposure_nodeport

deny contains {"path": "/spec/type", "msg": "type is NodePort"} if input.object.spec.type == "NodePort"

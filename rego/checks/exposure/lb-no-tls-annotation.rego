# METADATA
# title: AWS load balancer forwards plain HTTP
# description: >-
#   The load balancer has no certificate and no port for HTTPS behind it, so everyone between the client and AWS reads
#   and changes the exchange.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Service]
#   confidence: medium
#   remediation: >-
#     Set service.beta.kubernetes.io/aws-load-balancer-ssl-cert to the ARN of a certificate, or terminate TLS in the
#     application and publish its HTTPS port.
package audit.checks.exposure.lb_no_tls_annotation

import data.audit.lib.typed

applies if {
	input.object.spec.type == "LoadBalancer"
	aws
}

aws if input.object.spec.loadBalancerClass in {"service.k8s.aws/nlb", "eks.amazonaws.com/nlb"}

aws if {
	some name, _ in input.annotations
	startswith(name, "service.beta.kubernetes.io/aws-load-balancer-")
}

deny contains {"path": sprintf("/spec/ports/%d", [i]), "msg": msg} if {
	not input.annotations["service.beta.kubernetes.io/aws-load-balancer-ssl-cert"]
	some i, port in typed.array(input.object.spec.ports)
	speaks(port, "http", 80)
	count([other | some other in input.object.spec.ports; speaks(other, "https", 443)]) == 0
	msg := sprintf("port %v is HTTP without a certificate", [port.port])
}

# By number, by the application protocol or by the first word of the name.
speaks(port, _, number) if port.port == number

speaks(port, protocol, _) if port.appProtocol == protocol

speaks(port, protocol, _) if {
	is_string(port.name)
	split(port.name, "-")[0] == protocol
}

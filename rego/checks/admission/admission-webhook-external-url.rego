# METADATA
# title: Admission webhook is outside the cluster
# description: >-
#   Every object that the webhook asks for leaves the cluster, Secrets included. Whoever runs or reaches that server
#   reads them, decides what is admitted, and with a mutating webhook rewrites pods.
# custom:
#   severity: high
#   scope: object
#   kinds: [MutatingWebhookConfiguration, ValidatingWebhookConfiguration]
#   remediation: Run the webhook in the cluster and name its Service in clientConfig.service.
package audit.checks.admission.admission_webhook_external_url

import data.audit.lib.typed

deny contains {"path": sprintf("/webhooks/%d/clientConfig/url", [i]), "msg": sprintf("url names host %s", [host])} if {
	some i, webhook in typed.array(input.object.webhooks)
	is_string(webhook.clientConfig.url)
	host := lower(host_of(split(webhook.clientConfig.url, "/")[2]))
	not inside(host)
}

host_of(server) := split(server, ":")[0] if not startswith(server, "[")

host_of(server) := trim_prefix(split(server, "]")[0], "[") if startswith(server, "[")

# A name of the cluster's DNS, or without any dot.
inside(host) if {
	some part in [".svc.", ".cluster.local."]
	contains(concat("", [host, "."]), part)
}

inside(host) if {
	not contains(host, ".")
	not contains(host, ":")
}

# The API server's own machine and private networks.
inside(host) if {
	regex.match(`^[0-9.]+$`, host)
	some network in ["10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]
	net.cidr_contains(network, host)
}

inside(host) if regex.match(`^(::1|f[cd][0-9a-f]{2}:.*)$`, host)

# METADATA
# title: kube-proxy publishes its metrics and configuration
# description: >-
#   Everyone who reaches the node reads its metrics, and with them what runs in the cluster and how it is configured.
# custom:
#   severity: low
#   scope: object
#   kinds: [ConfigMap]
#   unset: 127.0.0.1:10249
#   remediation: Remove metricsBindAddress or set it to 127.0.0.1:10249.
package audit.checks.control_plane.node_kube_proxy_metrics_open

import data.audit.lib.pointer

applies if {
	input.namespace == "kube-system"
	input.name in {"kube-proxy", "kube-proxy-config"}
}

deny contains {"path": concat("/", ["/data", pointer.key(key)]), "msg": msg} if {
	some key, text in input.object.data
	is_string(text)
	yaml.is_valid(text)
	address := yaml.unmarshal(text).metricsBindAddress
	is_string(address)
	regex.match(`^(0\.0\.0\.0|\[?::\]?)(:\d+)?$`, address)
	msg := sprintf("metricsBindAddress is %s", [address])
}

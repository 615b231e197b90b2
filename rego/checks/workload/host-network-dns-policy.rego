# METADATA
# title: Pod in the host's network does not use the cluster's DNS
# description: >-
#   With hostNetwork the default dnsPolicy falls back to the node's resolver: names of Services are not found, or are
#   asked of a server outside the cluster.
# custom:
#   severity: info
#   scope: pod
#   unset: dnsPolicy is ClusterFirst, which hostNetwork turns into Default
#   remediation: Set dnsPolicy to ClusterFirstWithHostNet, or to Default when the node's resolver is meant.
package audit.checks.workload.host_network_dns_policy

deny contains {"path": "/spec/dnsPolicy", "msg": sprintf("dnsPolicy is %v, hostNetwork true", [policy])} if {
	input.pod.spec.hostNetwork == true
	policy := object.get(input.pod, ["spec", "dnsPolicy"], "not set")
	policy in {"not set", "ClusterFirst"}
}

# METADATA
# title: Pod needs a ConfigMap that does not exist
# description: >-
#   The pod does not start until somebody creates the ConfigMap; a release stops half-way, or after the next restart
#   of a node nothing comes back.
# custom:
#   severity: low
#   scope: pod
#   requires: {fail: [ConfigMap]}
#   confidence: medium
#   remediation: Create the ConfigMap, correct the name, or mark the reference as optional.
package audit.checks.workload.configmap_reference_dangling

import data.audit.lib.inv
import data.audit.lib.refs

deny contains {"path": ref.path, "msg": sprintf("no ConfigMap %s", [ref.name])} if {
	some ref in refs.config_maps(input.containers, input.pod.spec)
	not ref.name in {"kube-root-ca.crt", "openshift-service-ca.crt"} # made in every namespace
	not inv.exists("ConfigMap", input.namespace, ref.name)
}

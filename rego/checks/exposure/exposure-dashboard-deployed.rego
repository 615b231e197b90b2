# METADATA
# title: Kubernetes Dashboard is deployed
# description: >-
#   The dashboard acts in the cluster for whoever gets past its login, has been abused for that more than once, and is
#   no longer maintained.
# custom:
#   severity: low
#   scope: pod
#   remediation: Remove it; use a client on the user's machine.
package audit.checks.exposure.exposure_dashboard_deployed

import data.audit.lib.images

deny contains {"path": sprintf("%s/image", [c.pointer]), "msg": sprintf("%s is deployed", [name])} if {
	some c in input.containers
	name := images.name(c.image)
	some part in ["docker.io/kubernetesui/dashboard", "k8s.gcr.io/kubernetes-dashboard", "kubernetes-dashboard-amd64"]
	contains(name, part)
}

deny contains {"path": "/metadata/labels/k8s-app", "msg": "label k8s-app is kubernetes-dashboard"} if {
	input.pod.metadata.labels["k8s-app"] == "kubernetes-dashboard"
	count([c | some c in input.containers; is_string(c.spec.image); contains(c.spec.image, "dashboard")]) == 0
}

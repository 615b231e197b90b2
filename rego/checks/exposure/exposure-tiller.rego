# METADATA
# title: Tiller is deployed
# description: >-
#   The server part of Helm 2 takes commands without a login from everybody who reaches its port, and usually acts as
#   cluster-admin; it is unmaintained since 2020.
# custom:
#   severity: critical
#   scope: pod
#   remediation: Migrate to a current Helm and delete Tiller with its service account and bindings.
package audit.checks.exposure.exposure_tiller

import data.audit.lib.images

deny contains {"path": sprintf("%s/image", [c.pointer]), "msg": sprintf("%s is deployed", [name])} if {
	some c in input.containers
	name := images.name(c.image)
	endswith(name, "/tiller")
}

deny contains {"path": "/metadata/labels", "msg": "labels are those of Tiller"} if {
	input.pod.metadata.labels.app == "helm"
	input.pod.metadata.labels.name == "tiller"
	every c in input.containers {
		not endswith(images.name(c.image), "/tiller")
	}
}

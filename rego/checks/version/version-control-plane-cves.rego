# METADATA
# title: Control-plane component has known vulnerabilities
# description: >-
#   Details and often exploits are public; with the components of the control plane the cluster itself is at stake.
# custom:
#   severity: high
#   scope: container
#   confidence: medium
#   remediation: Upgrade to the newest patch release of a supported minor version.
package audit.checks.version.version_control_plane_cves

import data.audit.lib.release
import data.audit.lib.repository

component := name if {
	some name in ["kube-apiserver", "kube-controller-manager", "kube-proxy"]
	repository.is(input.container.image.repository, name)
}

applies if component

deny contains {"path": "/image", "msg": msg, "severity": release.worst(found)} if {
	found := release.vulnerabilities(release.parse(input.container.image.tag), data.tables.cves.components[component])
	msg := sprintf("%s %s has %s", [component, input.container.image.tag, release.ids(found)])
}

not_assessed contains "version of an image without a tag" if not release.parse(input.container.image.tag)

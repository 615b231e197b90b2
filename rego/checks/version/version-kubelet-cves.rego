# METADATA
# title: Kubelet has known vulnerabilities
# description: >-
#   Details and often exploits are public. Most of them let whoever may create a pod leave its container and take the
#   node.
# custom:
#   severity: high
#   scope: object
#   kinds: [Node]
#   confidence: medium
#   remediation: Replace the node by one with the newest patch release of a supported minor version.
package audit.checks.version.version_kubelet_cves

import data.audit.lib.release

version := text if {
	text := input.object.status.nodeInfo.kubeletVersion
	is_string(text)
}

found := [cve |
	some cve in release.vulnerabilities(release.parse(version), data.tables.cves.components.kubelet)
	hits(cve)
]

hits(cve) if not cve.os

hits(cve) if cve.os == input.object.status.nodeInfo.operatingSystem

# OpenShift numbers its kubelet by a commit and mends it without changing the version.
vendor if regex.match(`\+[0-9a-f]{7}$`, version)

deny contains {"path": "/status/nodeInfo/kubeletVersion", "msg": msg, "severity": release.worst(found)} if {
	not vendor
	msg := sprintf("kubelet %s has %s", [version, release.ids(found)])
}

# Without a finding it is the vendor that knows.
not_assessed contains "fixes of the vendor" if found != []

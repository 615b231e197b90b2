# METADATA
# title: Container runtime has known vulnerabilities
# description: >-
#   Details and often exploits are public. With most of them an image that someone pulls is enough to read files of the
#   node or to run code there.
# custom:
#   severity: high
#   scope: object
#   kinds: [Node]
#   confidence: medium
#   remediation: Update containerd or CRI-O on the node, or replace it by one with a newer image.
package audit.checks.version.version_container_runtime_cves

import data.audit.lib.release

# Such as containerd://1.7.29.
runtime := split(text, "://") if {
	text := input.object.status.nodeInfo.containerRuntimeVersion
	is_string(text)
}

found := release.vulnerabilities(release.parse(runtime[1]), data.tables.cves.components[runtime[0]])

# OpenShift mends its CRI-O without changing the version.
vendor if contains(runtime[1], ".rhaos")

deny contains {"path": "/status/nodeInfo/containerRuntimeVersion", "msg": msg, "severity": release.worst(found)} if {
	not vendor
	msg := sprintf("%s %s has %s", [runtime[0], runtime[1], release.ids(found)])
}

# Without a finding it is the vendor that knows.
not_assessed contains "fixes of the vendor" if found != []

# METADATA
# title: Kernel has known ways out of a container
# description: >-
#   Exploits are public. A process in any container that is not confined by seccomp and other means becomes root on the
#   node.
# custom:
#   severity: high
#   scope: object
#   kinds: [Node]
#   confidence: medium
#   remediation: Update the kernel and restart the node, or replace it by one with a newer image.
package audit.checks.version.version_kernel_cves

import data.audit.lib.release

version := text if {
	text := input.object.status.nodeInfo.kernelVersion
	is_string(text)
}

# Those of Windows are numbered 10.0 and more.
found := release.vulnerabilities(release.parse(version), data.tables.cves.components.kernel)

# Debian, Ubuntu, Red Hat and SUSE keep the number of the release that they began with and mend it: 5.15.0-1019-aws,
# 4.18.0-348.el8, 5.14.21-150500.55-default.
vendor if regex.match(`^\d+\.\d+\.0-|-default$`, version)

deny contains {"path": "/status/nodeInfo/kernelVersion", "msg": msg, "severity": release.worst(found)} if {
	not vendor
	msg := sprintf("kernel %s has %s", [version, release.ids(found)])
}

# Without a finding it is the distribution that knows.
not_assessed contains "fixes of the distribution" if found != []

# METADATA
# title: The retired ingress-nginx controller is running
# description: >-
#   ingress-nginx gets no fixes any more, faces the internet and usually reads every Secret of the cluster. Before
#   1.11.5 and 1.12.1 everyone who reaches its admission port runs code in it (CVE-2025-1974).
# custom:
#   severity: critical
#   scope: container
#   remediation: Move to a maintained controller or to a Gateway API implementation.
package audit.checks.exposure.ingress_nginx_controller_eol

import data.audit.lib.release
import data.audit.lib.repository

applies if {
	some name in data.tables.ingress_nginx.repositories
	repository.is(input.container.image.repository, name)
}

deny contains {
	"path": "/image",
	"msg": sprintf("ingress-nginx %s has %s", [input.container.image.tag, release.ids(found)]),
	"severity": severity,
} if severity := release.worst(found)

# The vulnerabilities say more than the end of life.
deny contains {"path": "/image", "msg": sprintf("ingress-nginx is retired since %s", [day]), "severity": "high"} if {
	day := data.tables.ingress_nginx.retired
	data.run.date > day
	count(found) == 0
}

default found := []

found := release.vulnerabilities(version, data.tables.cves.components["ingress-nginx"])

version := release.parse(input.container.image.tag)

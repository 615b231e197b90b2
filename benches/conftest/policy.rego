# A handful of rules, for timing conftest beside audit.
package main

import rego.v1

containers contains c if some c in input.spec.template.spec.containers

containers contains c if some c in input.spec.template.spec.initContainers

containers contains c if some c in input.spec.containers

deny contains sprintf("%s: privileged", [c.name]) if {
	some c in containers
	c.securityContext.privileged
}

deny contains sprintf("%s: no memory limit", [c.name]) if {
	some c in containers
	not c.resources.limits.memory
}

deny contains sprintf("%s: image has no tag", [c.name]) if {
	some c in containers
	not contains(c.image, ":")
}

deny contains sprintf("%s: may run as root", [c.name]) if {
	some c in containers
	not c.securityContext.runAsNonRoot
}

deny contains "host network" if input.spec.template.spec.hostNetwork

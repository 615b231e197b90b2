# METADATA
# title: API server does not decide by RBAC
# description: >-
#   With AlwaysAllow everyone who can log in owns the cluster. Without RBAC the roles and bindings in the cluster mean
#   nothing.
# custom:
#   severity: critical
#   scope: container
#   containers: [container]
#   unset: AlwaysAllow
#   remediation: Set --authorization-mode to Node,RBAC.
package audit.checks.control_plane.cluster_rbac_disabled

import data.audit.lib.argument

line := argument.words(input.container.spec)

# The API server of OpenShift is configured by a file.
applies if {
	"kube-apiserver" in line
	not argument.value(line, "openshift-config")
}

not_assessed contains "file named by --authorization-config" if argument.value(line, "authorization-config")

deny contains {"path": "/command", "msg": "--authorization-mode is not set (AlwaysAllow)"} if {
	not argument.value(line, "authorization-mode")
	not argument.value(line, "authorization-config")
}

deny contains {"path": "/command", "msg": sprintf("--authorization-mode is %s", [mode]), "severity": severity} if {
	mode := argument.value(line, "authorization-mode")
	severity := weight(split(mode, ","))
}

weight(modes) := "critical" if "AlwaysAllow" in modes

# Something else decides, perhaps well, but not the roles that one sees.
weight(modes) := "medium" if {
	not "AlwaysAllow" in modes
	not "RBAC" in modes
}

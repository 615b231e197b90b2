# METADATA
# title: API server keeps no audit log
# description: >-
#   Nobody can tell afterwards who read a Secret, ran a command in a pod or changed permissions.
# custom:
#   severity: medium
#   scope: container
#   containers: [container]
#   unset: no request is logged
#   remediation: >-
#     Set --audit-policy-file and, for the log, --audit-log-path or --audit-webhook-config-file.
package audit.checks.control_plane.cluster_audit_logging_off

import data.audit.lib.argument

line := argument.words(input.container.spec)

# The API server of OpenShift is configured by a file.
applies if {
	"kube-apiserver" in line
	not argument.value(line, "openshift-config")
}

deny contains {"path": "/command", "msg": msg} if msg := sprintf("no %s", [missing])

missing := "--audit-policy-file" if not set("audit-policy-file")

missing := "--audit-log-path or --audit-webhook-config-file" if {
	set("audit-policy-file")
	not set("audit-log-path")
	not set("audit-webhook-config-file")
}

set(flag) if argument.value(line, flag) != ""

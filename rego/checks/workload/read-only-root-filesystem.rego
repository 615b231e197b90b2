# METADATA
# title: Container can write to its root filesystem
# description: >-
#   Whoever gets code to run in the container can drop tools, replace its programs and stay until it is recreated.
# custom:
#   severity: medium
#   scope: container
#   containers: [container, init, sidecar]
#   points: 1
#   unset: the root filesystem is writable
#   remediation: Set readOnlyRootFilesystem to true and mount an emptyDir where the program has to write, such as /tmp.
package audit.checks.workload.read_only_root_filesystem

import data.audit.lib.patch

applies if not windows

windows if input.pod.spec.os.name == "windows"

windows if input.pod.spec.nodeSelector["kubernetes.io/os"] == "windows"

default context := null

context := input.container.spec.securityContext

# Ephemeral containers are for debugging: they bring and write tools, and nothing restarts them.
deny contains {
	"path": "/securityContext/readOnlyRootFilesystem",
	"msg": "readOnlyRootFilesystem is not true",
	"fix": patch.set("/securityContext", context, "readOnlyRootFilesystem", true),
} if {
	not input.container.security.readOnlyRootFilesystem == true
}

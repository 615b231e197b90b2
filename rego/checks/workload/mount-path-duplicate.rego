# METADATA
# title: Two volumes are mounted at the same path
# description: >-
#   The API server refuses the pod; where only a trailing slash differs, one mount hides the other.
# custom:
#   severity: medium
#   scope: container
#   remediation: Give every mount a path of its own.
package audit.checks.workload.mount_path_duplicate

import data.audit.lib.typed

deny contains {"path": sprintf("/volumeMounts/%v/mountPath", [j]), "msg": sprintf("path %s is used twice", [path])} if {
	some i, first in typed.array(input.container.spec.volumeMounts)
	some j, m in input.container.spec.volumeMounts
	i < j
	path := typed.string(m.mountPath)
	k8s.path(typed.string(first.mountPath)) == k8s.path(path)
}

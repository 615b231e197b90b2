# METADATA
# title: Pod mounts /proc of the node
# description: >-
#   The node's /proc shows its processes and lets the kernel be reconfigured. kubesec searches for the text anywhere
#   in the path; despite its name the rule does not look at procMount.
# custom:
#   severity: high
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   remediation: Remove the volume.
package audit.checks.kubesec.kubesec_proc_mount

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "hostPath has /proc"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	is_array(spec.volumes)
	some volume in spec.volumes
	contains(sprintf("%v", [volume.hostPath.path]), "/proc")
}

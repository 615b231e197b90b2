# METADATA
# title: Pod mounts a path of the node
# description: >-
#   A hostPath volume gives the pod files of the node: credentials, logs, sockets, or the means to run code as root
#   there.
# custom:
#   severity: critical
#   scope: pod
#   remediation: Use a volume type that is not a path of the node, such as emptyDir, configMap or persistentVolumeClaim.
package audit.checks.pss.pss_host_path_volumes

import data.audit.lib.pss

deny contains {"path": sprintf("/spec/volumes/%d/hostPath", [i]), "msg": msg} if {
	is_array(input.pod.spec.volumes)
	some i, volume in input.pod.spec.volumes
	msg := sprintf("volume is hostPath %v", [pss.field(volume.hostPath, "path")])
}

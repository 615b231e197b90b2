# METADATA
# title: Pod mounts the Docker socket
# description: >-
#   Whoever may use the socket starts containers with any rights, and so owns the node. kubesec searches for the
#   text anywhere in the path, and not for the socket's other names.
# custom:
#   severity: critical
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet"]
#   remediation: Remove the volume.
package audit.checks.kubesec.kubesec_docker_sock

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "hostPath has /var/run/docker.sock"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	is_array(spec.volumes)
	some volume in spec.volumes
	contains(sprintf("%v", [volume.hostPath.path]), "/var/run/docker.sock")
}

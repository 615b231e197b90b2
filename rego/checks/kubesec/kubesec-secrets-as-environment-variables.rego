# METADATA
# title: A container reads a Secret into its environment
# description: >-
#   Environments end up in logs, crash dumps and child processes. An optional or empty reference counts.
# custom:
#   severity: medium
#   scope: object
#   kinds: ["*/Pod", "*/Deployment", "*/StatefulSet", "*/DaemonSet", "*/ReplicaSet", "*/Job", "*/CronJob"]
#   remediation: Mount the Secret as a file.
package audit.checks.kubesec.kubesec_secrets_as_environment_variables

import data.audit.lib.kubesec

deny contains {"path": "", "msg": "env has secretKeyRef"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	some container in kubesec.containers(spec)
	is_array(container.env)
	some variable in container.env
	variable.valueFrom.secretKeyRef
}

deny contains {"path": "", "msg": "envFrom has secretRef"} if {
	spec := kubesec.pod_spec(input.kind, input.object.spec)
	some container in kubesec.containers(spec)
	is_array(container.envFrom)
	some source in container.envFrom
	source.secretRef
}

# METADATA
# title: Pod has no controller
# description: >-
#   Nothing starts the pod again when its node fails or is drained. An attacker who starts a single pod leaves the
#   same trace.
# custom:
#   severity: low
#   scope: object
#   kinds: [Pod]
#   remediation: Run the pod from a Deployment, StatefulSet, DaemonSet or Job.
package audit.checks.workload.persistence_naked_pod

import data.audit.lib.typed

owned if count(typed.array(input.object.metadata.ownerReferences)) > 0

# Static pods belong to their node; hooks and pods that run once to whoever starts them.
owned if {
	some key in [
		"kubernetes.io/config.mirror",
		"kubernetes.io/config.source",
		"helm.sh/hook",
		"argocd.argoproj.io/hook",
	]
	input.annotations[key]
}

owned if input.object.spec.restartPolicy in {"Never", "OnFailure"}

deny contains {"path": "/metadata/ownerReferences", "msg": "ownerReferences is not set"} if not owned

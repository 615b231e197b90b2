# METADATA
# title: Finished Job is never removed
# description: >-
#   The Job and its pods stay until somebody deletes them: they fill the API server, and keep environment variables
#   and logs readable.
# custom:
#   severity: info
#   scope: object
#   kinds: [Job]
#   unset: a finished Job stays
#   remediation: Set ttlSecondsAfterFinished.
package audit.checks.workload.job_ttl_missing

import data.audit.lib.typed

# Owners and deployers remove the Jobs they make.
applies if not managed

managed if count(typed.array(input.object.metadata.ownerReferences)) > 0

managed if {
	some key in ["argocd.argoproj.io/hook-delete-policy", "helm.sh/hook-delete-policy"]
	input.annotations[key]
}

deny contains {"path": "/spec/ttlSecondsAfterFinished", "msg": "ttlSecondsAfterFinished is not set"} if {
	object.get(input.object, ["spec", "ttlSecondsAfterFinished"], null) == null
}

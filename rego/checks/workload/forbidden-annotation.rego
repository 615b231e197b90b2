# METADATA
# title: Forbidden annotation is present
# description: >-
#   The organisation does not want this annotation, as it changes what a controller does with the workload.
# custom:
#   severity: info
#   scope: object
#   kinds: [Pod, Deployment, DaemonSet, StatefulSet, ReplicaSet, ReplicationController, Job, CronJob]
#   remediation: Remove the annotation.
#   params:
#     annotations: {type: object, default: {}, description: "Pattern of the value by key; the check needs one"}
package audit.checks.workload.forbidden_annotation

import data.audit.lib.names
import data.audit.lib.typed

forbidden := data.params["forbidden-annotation"].annotations

applies if forbidden != {}

deny contains {"path": path, "msg": sprintf("annotation %s is %v", [key, value])} if {
	some key, pattern in forbidden
	value := typed.string(input.annotations[key])
	regex.match(pattern, value)
	path := sprintf("/metadata/annotations/%s", [names.token(key)])
}

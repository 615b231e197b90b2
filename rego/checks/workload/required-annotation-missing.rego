# METADATA
# title: Required annotation is missing
# description: >-
#   Nobody can be found who answers for the workload, and tools that go by the annotation leave it out.
# custom:
#   severity: info
#   scope: object
#   kinds: [Pod, Deployment, DaemonSet, StatefulSet, ReplicaSet, ReplicationController, Job, CronJob]
#   remediation: Add the annotation.
#   params:
#     annotations: {type: object, default: {}, description: "Pattern of the value by key; the check needs one"}
package audit.checks.workload.required_annotation_missing

import data.audit.lib.names
import data.audit.lib.typed

required := data.params["required-annotation-missing"].annotations

applies if required != {}

deny contains {"path": path, "msg": sprintf("annotation %s is not set", [key])} if {
	some key, _ in required
	not input.annotations[key]
	path := sprintf("/metadata/annotations/%s", [names.token(key)])
}

deny contains {"path": path, "msg": sprintf("annotation %s is %v", [key, value])} if {
	some key, pattern in required
	value := typed.string(input.annotations[key])
	not regex.match(pattern, value)
	path := sprintf("/metadata/annotations/%s", [names.token(key)])
}

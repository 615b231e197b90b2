# METADATA
# title: Required label is missing
# description: >-
#   Nobody can be found who answers for the workload, and reports by the label leave it out.
# custom:
#   severity: info
#   scope: object
#   kinds: [Pod, Deployment, DaemonSet, StatefulSet, ReplicaSet, ReplicationController, Job, CronJob]
#   remediation: Add the label.
#   params:
#     labels: {type: object, default: {}, description: "Pattern of the value by key; the check needs one"}
package audit.checks.workload.required_label_missing

import data.audit.lib.names
import data.audit.lib.typed

required := data.params["required-label-missing"].labels

applies if required != {}

deny contains {"path": sprintf("/metadata/labels/%s", [token]), "msg": sprintf("label %s is not set", [key])} if {
	some key, _ in required
	not input.labels[key]
	token := names.token(key)
}

deny contains {"path": sprintf("/metadata/labels/%s", [token]), "msg": sprintf("label %s is %v", [key, value])} if {
	some key, pattern in required
	value := typed.string(input.labels[key])
	not regex.match(pattern, value)
	token := names.token(key)
}

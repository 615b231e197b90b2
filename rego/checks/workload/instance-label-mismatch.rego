# METADATA
# title: Label app.kubernetes.io/instance differs from the name
# description: >-
#   Tools that find the parts of an application by this label count the workload elsewhere.
# custom:
#   severity: info
#   scope: object
#   kinds: [Pod, Deployment, DaemonSet, StatefulSet, ReplicaSet, ReplicationController, Job, CronJob]
#   enabled: false
#   remediation: Set the label to the name of the object.
package audit.checks.workload.instance_label_mismatch

deny contains {"path": path, "msg": sprintf("instance is %v", [instance])} if {
	instance := object.get(input, ["labels", "app.kubernetes.io/instance"], "not set")
	instance != input.name
	path := "/metadata/labels/app.kubernetes.io~1instance"
}

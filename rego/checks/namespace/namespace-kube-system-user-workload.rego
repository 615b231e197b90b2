# METADATA
# title: Workload of a user runs in kube-system
# description: >-
#   Pods in kube-system stand beside the accounts that run the cluster and outside most policies, so an intruder in
#   one of them is a step from all of it.
# custom:
#   severity: low
#   confidence: low
#   scope: pod
#   kinds: [Pod, Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob, ReplicationController]
#   remediation: Move the workload to a namespace of its own.
package audit.checks.namespace.namespace_kube_system_user_workload

applies if input.namespace == "kube-system"

# Parts of the cluster carry one of these marks.
deny contains {"at": "object", "path": "/metadata/namespace", "msg": "namespace is kube-system"} if {
	not is_system_priority
	labels := object.union(input.labels, object.get(input.pod.metadata, "labels", {}))
	count([key | some key, _ in labels; key in data.tables.namespaces.system_labels]) == 0
	not input.pod.metadata.annotations["kubernetes.io/config.mirror"]
}

is_system_priority if {
	class := input.pod.spec.priorityClassName
	is_string(class)
	startswith(class, "system-")
}

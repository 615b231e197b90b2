# METADATA
# title: Pod tolerates every taint
# description: >-
#   The pod runs on nodes that are tainted to keep it away, the control plane's among them, where an escape from it
#   takes the cluster instead of one worker.
# custom:
#   severity: low
#   scope: pod
#   kinds: [Pod, PodTemplate, Deployment, ReplicaSet, ReplicationController, StatefulSet, Job, CronJob]
#   unset: the pod stays off tainted nodes
#   remediation: Name the taints that the pod has to tolerate, one entry with a key for each.
package audit.checks.workload.tolerates_every_taint

# A DaemonSet is meant to be everywhere, and so are its pods and the kubelet's own.
applies if not everywhere

everywhere if input.pod.metadata.ownerReferences[_].kind in {"DaemonSet", "Node"}

deny contains {
	"path": sprintf("/spec/tolerations/%v", [i]),
	"msg": "toleration has no key and operator Exists",
} if {
	some i
	toleration := input.pod.spec.tolerations[i]
	toleration.operator == "Exists"
	object.get(toleration, "key", "") == ""
	object.get(toleration, "effect", "") in {"", "NoSchedule"}
}

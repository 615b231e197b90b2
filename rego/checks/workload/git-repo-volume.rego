# METADATA
# title: Pod fills a volume with gitRepo
# description: >-
#   The kubelet runs git as root on the node with a repository and directory of the pod's choice, and a repository with
#   prepared hooks runs its own code there. Kubernetes has deprecated gitRepo and switches it off by default since 1.33.
# custom:
#   severity: high
#   scope: pod
#   remediation: Clone in an init container into an emptyDir, or mount the content as an image volume.
package audit.checks.workload.git_repo_volume

deny contains {
	"path": sprintf("/spec/volumes/%v/gitRepo", [i]),
	"msg": sprintf("gitRepo is %v", [object.get(volume.gitRepo, "repository", "empty")]),
} if {
	some i
	volume := input.pod.spec.volumes[i]
	is_object(volume.gitRepo)
}

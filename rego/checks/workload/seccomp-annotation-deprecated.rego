# METADATA
# title: Seccomp profile stands only in an annotation that is ignored
# description: >-
#   Since Kubernetes 1.27 the annotation has no effect, so the container runs without the filter that the manifest
#   shows.
# custom:
#   severity: medium
#   scope: pod
#   since: "1.27"
#   unset: no profile, unless the kubelet runs with seccompDefault
#   remediation: Set seccompProfile of the pod or container to the same profile and remove the annotation.
package audit.checks.workload.seccomp_annotation_deprecated

# A container whose profile is set by field, its own or the pod's, does without the annotation.
deny contains {
	"path": "/metadata/annotations/seccomp.security.alpha.kubernetes.io~1pod",
	"msg": sprintf("annotation seccomp.security.alpha.kubernetes.io/pod is %v", [profile]),
} if {
	profile := input.pod.metadata.annotations["seccomp.security.alpha.kubernetes.io/pod"]
	some container in input.containers
	not container.security.seccompProfile.type
}

deny contains {
	"path": sprintf("/metadata/annotations/%s", [replace(key, "/", "~1")]),
	"msg": sprintf("annotation %s is %v", [key, profile]),
} if {
	some container in input.containers
	not container.security.seccompProfile.type
	key := sprintf("container.seccomp.security.alpha.kubernetes.io/%v", [container.name])
	profile := input.pod.metadata.annotations[key]
}

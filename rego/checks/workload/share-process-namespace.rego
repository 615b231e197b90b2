# METADATA
# title: Containers of the pod see each other's processes
# description: >-
#   With shareProcessNamespace a container reads environment and files of the others through /proc when it has their
#   user, and can signal them, so the weakest of them decides for all.
# custom:
#   severity: low
#   scope: pod
#   unset: each container sees its own processes only
#   remediation: >-
#     Remove shareProcessNamespace; for debugging use an ephemeral container with a target. Where a sidecar has to
#     signal another container, keep secrets out of environment variables.
package audit.checks.workload.share_process_namespace

# Init containers have ended before there is anybody to see. A container alone has no others.
running := [container.name | some container in input.containers; container.type in {"container", "sidecar"}]

deny contains {
	"path": "/spec/shareProcessNamespace",
	"msg": sprintf("shareProcessNamespace is true for %d containers", [count(running)]),
} if {
	input.pod.spec.shareProcessNamespace == true
	count(running) > 1
}

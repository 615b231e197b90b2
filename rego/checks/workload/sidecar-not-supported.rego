# METADATA
# title: Cluster does not know sidecars
# description: >-
#   Before Kubernetes 1.29 restartPolicy of an init container is ignored: the sidecar runs as a plain init container,
#   never ends, and the pod never starts.
# custom:
#   severity: medium
#   scope: container
#   containers: [sidecar]
#   remediation: Make it a regular container, or upgrade the cluster.
package audit.checks.workload.sidecar_not_supported

deny contains {"path": "/restartPolicy", "msg": sprintf("sidecar on Kubernetes %s", [data.kubernetes.version])} if {
	k8s.version_compare(data.kubernetes.version, "1.29") < 0
}

# METADATA
# title: PersistentVolume is a directory of the node
# description: >-
#   A claim of such a volume gives a pod a directory of the node without a hostPath in its own spec, so admission
#   rules that forbid hostPath do not see it.
# custom:
#   severity: high
#   scope: object
#   kinds: [PersistentVolume]
#   params:
#     allowed:
#       type: array
#       default: []
#       description: Directories that volumes may be in.
#   remediation: Use a storage driver; for disks of a node use a local volume with node affinity.
package audit.checks.storage.storage_hostpath_pv

deny contains {
	"path": "/spec/hostPath/path",
	"msg": sprintf("hostPath is %s", [path]),
	"severity": severity(path),
} if {
	path := k8s.path(input.object.spec.hostPath.path)
	not in_any(path, data.params["storage-hostpath-pv"].allowed)
}

# A directory of the system, or one above it, is a further step to the node; another one is that directory alone.
severity(path) := "high" if in_any(path, data.tables.storage.node_system_paths)

else := "high" if {
	some directory in data.tables.storage.node_system_paths
	is_in(directory, path)
}

else := "medium"

in_any(path, directories) if {
	some directory in directories
	is_in(path, directory)
}

is_in(path, directory) if startswith(sprintf("%s/", [path]), sprintf("%s/", [trim_suffix(directory, "/")]))

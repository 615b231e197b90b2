# METADATA
# title: Path of the node is mounted without a check of what it is
# description: >-
#   Without a type nothing is verified, and a missing path is created as a directory of root, where a file or socket was
#   meant; DirectoryOrCreate and FileOrCreate create it in so many words.
# custom:
#   severity: info
#   scope: pod
#   enabled: false
#   unset: nothing is checked
#   remediation: Set hostPath.type to Directory, File or Socket, whichever is meant.
package audit.checks.workload.host_path_type_unset

deny contains {
	"path": sprintf("/spec/volumes/%v/hostPath/type", [i]),
	"msg": "hostPath type is not set",
} if {
	some i
	path := input.pod.spec.volumes[i].hostPath
	is_object(path)
	object.get(path, "type", "") == ""
}

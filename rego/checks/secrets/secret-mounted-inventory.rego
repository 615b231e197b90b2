# METADATA
# title: Pod mounts a Secret
# description: Whoever controls the container reads the Secret; the list shows which workloads hold which credentials.
# custom:
#   severity: info
#   scope: pod
#   enabled: false
#   remediation: Mount only the keys that the program reads.
package audit.checks.secrets.secret_mounted_inventory

deny contains {
	"path": sprintf("/spec/volumes/%d", [i]),
	"msg": sprintf("Secret %s is mounted by %s", [name, concat(", ", users)]),
} if {
	is_array(input.pod.spec.volumes)
	some i, volume in input.pod.spec.volumes
	some name in secrets(volume)
	users := {c.name |
		some c in input.containers
		is_array(c.spec.volumeMounts)
		some mount in c.spec.volumeMounts
		mount.name == volume.name
	}
	count(users) > 0
}

secrets(volume) := {volume.secret.secretName |
	is_string(volume.secret.secretName)
} | {source.secret.name |
	is_array(volume.projected.sources)
	some source in volume.projected.sources
	is_string(source.secret.name)
}

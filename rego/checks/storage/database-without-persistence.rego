# METADATA
# title: Database keeps its data in the pod
# description: >-
#   The data directory is in the container's own layer or in an emptyDir: every restart on another node, eviction or
#   rollout deletes the data.
# custom:
#   severity: medium
#   scope: container
#   kinds: [Pod, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController]
#   containers: [container, sidecar]
#   confidence: medium
#   remediation: Mount a PersistentVolumeClaim at the data directory.
package audit.checks.storage.database_without_persistence

import data.audit.lib.typed

words := [w | some field in ["command", "args"]; some w in typed.array(input.container.spec[field])]

name := parts[count(parts) - 1] if parts := split(input.container.image.repository, "/")

database := data.tables.databases.images[name]

# What the container starts: the server when nothing, options only, or the server itself is given.
server if count(words) == 0

server if startswith(typed.string(words[0]), "-")

server if {
	some word in words
	some program in database.servers
	program in split(typed.string(word), "/")
}

keeps if not database.only_with

keeps if {
	line := concat(" ", [w | some w in words; is_string(w)])
	some option in database.only_with
	contains(line, option)
}

# Volumes that live and die with the pod; others, and the claim templates of a StatefulSet, keep the data.
fleeting contains volume if {
	some v in typed.array(input.pod.spec.volumes)
	short := {"name", "emptyDir", "configMap", "secret", "projected", "downwardAPI", "ephemeral", "image"}
	count(object.keys(typed.object(v)) - short) == 0
	volume := v.name
}

kept if {
	some field in ["volumeMounts", "volumeDevices"]
	some m in typed.array(input.container.spec[field])
	not m.name in fleeting
}

deny contains {"path": "/volumeMounts", "msg": sprintf("%s has no persistent volume", [name])} if {
	database
	server
	keeps
	not kept
}

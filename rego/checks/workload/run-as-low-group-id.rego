# METADATA
# title: Group id is left open or may belong to a group of the node
# description: >-
#   A user id without a group id runs with group 0 (root) unless the image knows that user, and ids below 10000 belong
#   to groups of the node; files of that group, on the node or a shared volume, open up.
# custom:
#   severity: low
#   scope: container
#   points: 1
#   unset: the group that the image's /etc/passwd has for the user, else 0 (root)
#   params:
#     minimum: {type: number, default: 10000, description: lowest group id that no group of the nodes has}
#   remediation: Set runAsGroup, beside runAsUser, to a number of 10000 or more.
package audit.checks.workload.run_as_low_group_id

# A group of 0 is run-as-root-group's. Where the user is left to the image or is root, that is the first thing to mend,
# and a group beside a user below the minimum is run-as-low-user-id's: whoever moves the one moves both. A user
# namespace maps every id away.
applies if {
	not input.pod.spec.hostUsers == false
	judged
}

judged if {
	is_number(input.container.security.runAsGroup)
	input.container.security.runAsGroup > 0
	not low_user
}

judged if {
	group_open
	input.container.security.runAsUser != 0
}

low_user if {
	is_number(input.container.security.runAsUser)
	input.container.security.runAsUser < data.params["run-as-low-group-id"].minimum
}

group_open if {
	is_number(input.container.security.runAsUser)
	not group_stated
}

group_stated if input.container.security.runAsGroup != null

deny contains {"path": "/securityContext/runAsGroup", "msg": sprintf("runAsGroup is %v", [gid])} if {
	gid := input.container.security.runAsGroup
	gid < data.params["run-as-low-group-id"].minimum
}

deny contains {
	"path": "/securityContext/runAsGroup",
	"msg": sprintf("runAsGroup is not set beside runAsUser %v", [input.container.security.runAsUser]),
} if {
	group_open
}

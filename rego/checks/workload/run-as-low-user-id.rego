# METADATA
# title: User id may belong to an account of the node
# description: >-
#   Ids below 10000 are those of people and services on the node, so a process that gets out, or a file on a shared
#   volume, has the rights of that account.
# custom:
#   severity: low
#   scope: container
#   points: 1
#   unset: the image decides
#   params:
#     minimum: {type: number, default: 10000, description: lowest user id that no account of the nodes has}
#   remediation: Set runAsUser to a number of 10000 or more, and give the volumes an fsGroup that fits.
package audit.checks.workload.run_as_low_user_id

# 0 is run-as-root-user's; what the image decides is run-as-non-root's. A user namespace maps every id away.
applies if {
	is_number(input.container.security.runAsUser)
	input.container.security.runAsUser > 0
	not input.pod.spec.hostUsers == false
}

deny contains {"path": "/securityContext/runAsUser", "msg": sprintf("runAsUser is %v", [uid])} if {
	uid := input.container.security.runAsUser
	uid < data.params["run-as-low-user-id"].minimum
}

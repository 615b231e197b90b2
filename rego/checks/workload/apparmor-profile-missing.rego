# METADATA
# title: Container does not ask for an AppArmor profile
# description: >-
#   Nodes with AppArmor apply the runtime's profile anyway, others run the container without a word. A pod that asks for
#   it is refused by a node that cannot confine it.
# custom:
#   severity: info
#   scope: container
#   points: 3
#   unset: the runtime's default profile where the node has AppArmor, none elsewhere
#   remediation: >-
#     Where all nodes have AppArmor, set appArmorProfile of the pod to type RuntimeDefault; on nodes with SELinux leave
#     it.
package audit.checks.workload.apparmor_profile_missing

# A privileged container is not confined: privileged-container's.
applies if {
	not windows
	not input.container.security.privileged == true
}

windows if input.pod.spec.os.name == "windows"

windows if input.pod.spec.nodeSelector["kubernetes.io/os"] == "windows"

annotated if {
	key := sprintf("container.apparmor.security.beta.kubernetes.io/%v", [input.container.name])
	input.pod.metadata.annotations[key]
}

deny contains {"path": "/securityContext/appArmorProfile", "msg": "appArmorProfile is not set"} if {
	not input.container.security.appArmorProfile.type
	not annotated
}

# METADATA
# title: Image can add groups to those of the pod
# description: >-
#   The groups that the image's /etc/group has for the user are added to those in the pod, unseen by whoever reviews the
#   manifest, so an image can give itself a group that opens a shared volume.
# custom:
#   severity: info
#   scope: pod
#   enabled: false
#   since: "1.33"
#   unset: groups of the image are merged
#   remediation: Set supplementalGroupsPolicy to Strict where all nodes support it.
package audit.checks.workload.supplemental_groups_merged

# Groups matter to pods that set some.
applies if input.pod.spec.securityContext.fsGroup != null

applies if input.pod.spec.securityContext.supplementalGroups[_] != null

deny contains {
	"path": "/spec/securityContext/supplementalGroupsPolicy",
	"msg": "supplementalGroupsPolicy is not Strict",
	"fix": [{"op": "add", "path": "/spec/securityContext/supplementalGroupsPolicy", "value": "Strict"}],
} if {
	not input.pod.spec.securityContext.supplementalGroupsPolicy == "Strict"
}

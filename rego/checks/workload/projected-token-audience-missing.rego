# METADATA
# title: Second projected token is valid for the Kubernetes API
# description: >-
#   A pod that has its API token already and mounts another one does so for a foreign service. Without an audience that
#   service can use the token against the Kubernetes API in the pod's name.
# custom:
#   severity: low
#   scope: pod
#   unset: the audience of the API server
#   remediation: Set audience to the name that the service which gets the token expects.
package audit.checks.workload.projected_token_audience_missing

# The volume that the API server adds carries the API token. Without it the token in question is just that.
api_token if input.pod.spec.automountServiceAccountToken == true

api_token if injected(input.pod.spec.volumes[_].name)

injected(name) if {
	is_string(name)
	startswith(name, "kube-api-access-")
}

deny contains {
	"path": sprintf("/spec/volumes/%v/projected/sources/%v/serviceAccountToken/audience", [i, j]),
	"msg": "audience is not set",
} if {
	api_token
	some i, j
	volume := input.pod.spec.volumes[i]
	token := volume.projected.sources[j].serviceAccountToken
	not injected(volume.name)
	is_object(token)
	object.get(token, "audience", "") == ""
}

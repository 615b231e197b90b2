# METADATA
# title: Projected token is valid for a long time
# description: >-
#   A service account token that is read once works until it expires, wherever it is used from. The kubelet renews it in
#   the volume, so a long life gains nothing.
# custom:
#   severity: medium
#   scope: pod
#   unset: one hour
#   params:
#     maximum: {type: number, default: 86400, description: longest acceptable life of a token in seconds}
#   remediation: Set expirationSeconds to 3600 or remove it, and have the program read the file again when it changes.
package audit.checks.workload.projected_token_long_lived

deny contains {
	"path": sprintf("/spec/volumes/%v/projected/sources/%v/serviceAccountToken/expirationSeconds", [i, j]),
	"msg": sprintf("expirationSeconds is %v", [seconds]),
} if {
	some i, j
	seconds := input.pod.spec.volumes[i].projected.sources[j].serviceAccountToken.expirationSeconds
	is_number(seconds)
	seconds > data.params["projected-token-long-lived"].maximum
}

# Service accounts of pods.
package audit.lib.accounts

# The account of a pod. The API server copies the older field when the newer is empty.
name(spec) := value if {
	value := spec.serviceAccountName
	value != ""
}

name(spec) := value if {
	object.get(spec, "serviceAccountName", "") == ""
	value := object.get(spec, "serviceAccount", "default")
	value != ""
}

name(spec) := "default" if {
	object.get(spec, "serviceAccountName", "") == ""
	object.get(spec, "serviceAccount", "default") == ""
}

# Where the pod says so, or should.
path(spec) := "/spec/serviceAccountName" if not is_older(spec)

path(spec) := "/spec/serviceAccount" if is_older(spec)

is_older(spec) if {
	object.get(spec, "serviceAccountName", "") == ""
	object.get(spec, "serviceAccount", "") != ""
}

# Does Kubernetes mount a token of the account by itself? The pod's word counts before the account's; a field of the account that is not
# at hand counts as unset.
is_mounted(spec, _) if spec.automountServiceAccountToken == true

is_mounted(spec, namespace) if {
	object.get(spec, "automountServiceAccountToken", "unset") == "unset"
	not is_refused(namespace, name(spec))
}

is_refused(namespace, account) if {
	inventory.get("ServiceAccount", namespace, account).automountServiceAccountToken == false
}

# Does the pod have a token that the API server takes, by itself or as a volume of its own?
has_token(spec, namespace) if is_mounted(spec, namespace)

has_token(spec, namespace) if {
	not is_mounted(spec, namespace)
	token := spec.volumes[_].projected.sources[_].serviceAccountToken
	object.get(token, "audience", "") == ""
}

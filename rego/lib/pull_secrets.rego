# Pull secrets of a pod, and what the kubelet makes of their content.
package audit.lib.pull_secrets

# Name of the pod's service account, by either of its two fields.
account(spec) := name if {
	name := spec.serviceAccountName
	name != ""
} else := name if {
	name := spec.serviceAccount
	name != ""
} else := "default"

# Names listed in imagePullSecrets of a pod or a service account.
names(holder) := {s.name |
	is_array(holder.imagePullSecrets)
	some s in holder.imagePullSecrets
	is_string(s.name)
}

# Keys of the credentials in a pull secret; undefined when its content is not at hand or not readable.
credentials(secret) := object.keys(listed) if {
	listed := auths(secret.type, content(secret))
	is_object(listed)
}

auths("kubernetes.io/dockerconfigjson", config) := config.auths

auths("kubernetes.io/dockercfg", config) := config

content(secret) := json.unmarshal(text) if {
	text := secret.stringData[field(secret.type)]
	json.is_valid(text)
}

content(secret) := json.unmarshal(text) if {
	key := field(secret.type)
	not secret.stringData[key]
	encoded := secret.data[key]
	base64.is_valid(encoded)
	text := base64.decode(encoded)
	json.is_valid(text)
}

# Key of the content of a pull secret by its type; undefined for a type that the kubelet does not read.
field(type) := ".dockerconfigjson" if type == "kubernetes.io/dockerconfigjson"

field(type) := ".dockercfg" if type == "kubernetes.io/dockercfg"

# Does a key of the credentials fit the image, as the kubelet sees it: the host label by label with globs, then the
# path.
fits(key, name) if {
	wanted := split(place(key), "/")
	parts := split(name, "/")
	fits_host(wanted[0], parts[0])
	fits_path(array.slice(wanted, 1, count(wanted)), array.slice(parts, 1, count(parts)))
}

# The key may be a URL with the version of the protocol as its path.
place(key) := trim_suffix(trim_suffix(trim_suffix(bare, "/"), "/v1"), "/v2") if {
	bare := trim_prefix(trim_prefix(lower(key), "https://"), "http://")
}

fits_host(pattern, host) if {
	wanted := split(pattern, ".")
	labels := split(host, ".")
	count(wanted) == count(labels)
	every i, label in labels {
		wanted[i] in {label, "*"}
	}
}

fits_path(wanted, parts) if {
	every i, part in wanted {
		part == parts[i]
	}
}

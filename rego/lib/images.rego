# Image references of a pod and the meaning of their parts. A reference is {path, text}: the pointer of its field below
# the pod template, and what is written there.
package audit.lib.images

# References of containers and of image volumes. The text "auto" is a gap that Istio's injector fills, and a blank one
# is the business of ref-empty.
references(containers, spec) := {{"path": sprintf("%s/image", [c.pointer]), "text": c.spec.image} |
	some c in containers
	is_string(c.spec.image)
	trim_space(c.spec.image) != ""
	c.spec.image != "auto"
} | {{"path": sprintf("/spec/volumes/%d/image/reference", [i]), "text": v.image.reference} |
	is_array(spec.volumes)
	some i, v in spec.volumes
	is_string(v.image.reference)
	trim_space(v.image.reference) != ""
}

# Host in lower case, with Docker Hub under its one canonical name.
host(image) := "docker.io" if lower(image.registry) in data.tables.registries.docker_hub

host(image) := lowered if {
	lowered := lower(image.registry)
	not lowered in data.tables.registries.docker_hub
}

# Host and repository in canonical form: nginx is docker.io/library/nginx.
name(image) := full if {
	registry := host(image)
	full := sprintf("%s/%s", [registry, image.repository])
}

# Name of an official image of Docker Hub, also when it comes through a known mirror.
official(image) := base if {
	full := name(image)
	some prefix in data.tables.registries.official_prefixes
	base := trim_prefix(full, prefix)
	not contains(base, "/")
}

# Does the canonical name fall under one of the entries? An entry is a host, a host and path prefix (ends at a slash),
# or `*.` and a domain; without a host it is a path of Docker Hub.
under_any(full, entries) if {
	some entry in entries
	under(full, trim_suffix(trim_suffix(canonical_entry(entry), "*"), "/"))
}

under(full, entry) if below(full, entry)

under(full, entry) if {
	startswith(entry, "*.")
	parts := split(trim_prefix(entry, "*."), "/")
	names := split(full, "/")
	endswith(names[0], sprintf(".%s", [parts[0]]))
	below(rest(names), rest(parts))
}

below(_, prefix) if prefix == ""

below(path, prefix) if path == prefix

below(path, prefix) if startswith(path, sprintf("%s/", [prefix]))

rest(parts) := concat("/", array.slice(parts, 1, count(parts)))

canonical_entry(entry) := lower(entry) if has_host(sprintf("%s/", [entry]))

canonical_entry(entry) := sprintf("docker.io/%s", [entry]) if not has_host(sprintf("%s/", [entry]))

# Is the first component of the text a host? The same rule as in the distribution's parser.
has_host(text) if {
	parts := split(text, "/")
	count(parts) > 1
	is_host(parts[0])
}

is_host(part) if contains(part, ".")

is_host(part) if contains(part, ":")

is_host(part) if part == "localhost"

is_host(part) if lower(part) != part

# Text after the first @, whatever it is.
digest(text) := substring(text, indexof(text, "@") + 1, -1) if contains(text, "@")

is_digest(text) if regex.match(`^(sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$`, text)

# Is the text a template that an engine, envsubst or a person was to fill in?
is_placeholder(text) if regex.match(`\$[({]|\{\{|<[^>]+>|%[A-Z_]+%|__[A-Z][A-Z_]*__`, text)

is_placeholder(text) if {
	regex.match("REPLACE|CHANGE|TODO|FIXME|PLACEHOLDER", text)
	some word in regex.split("[^A-Za-z0-9_]+", text)
	regex.match("^(REPLACE(_?ME)?|CHANGE_?ME|TODO|FIXME|PLACEHOLDER)$", word)
}

# A tag that is a channel, all words of it: stable, main, latest-alpine.
is_channel(tag) if {
	every word in split(tag, "-") {
		word in data.tables.image_channels.words
	}
}

# A version that leaves its patch level open, with or without names of variants: 1.25, v3, 20-alpine3.20.
is_partial_version(tag) if regex.match(`^v?[0-9]{1,4}(\.[0-9]{1,4})?(-[a-z]+([0-9]+\.[0-9]+)?)*$`, tag)

# No digest and no tag, or the tag latest: what the runtime and the defaulting of imagePullPolicy take for latest.
is_latest(image) if {
	not image.digest
	object.get(image, "tag", "latest") == "latest"
}

# What the kubelet will do: the API fills an unset policy by the tag, and a digest does not matter to it beside a tag.
pull_policy(spec, image) := policy if {
	policy := spec.imagePullPolicy
	policy != ""
} else := "IfNotPresent" if {
	not is_latest(image)
	not image.tag == "latest"
} else := "Always"

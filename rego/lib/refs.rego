# What a pod takes from other objects by name. An optional reference cannot fail and is left out.
package audit.lib.refs

import data.audit.lib.inv
import data.audit.lib.typed

# References to ConfigMaps: {"path", "name", "keys": {{"path", "key"}}}; without keys where all are taken.
config_maps(containers, spec) := union({
	env(containers, "configMapKeyRef"),
	env_from(containers, "configMapRef"),
	volumes(spec, "configMap", "name"),
	projections(spec, "configMap"),
})

# References to Secrets, in the same form.
secrets(containers, spec) := union({
	env(containers, "secretKeyRef"),
	env_from(containers, "secretRef"),
	volumes(spec, "secret", "secretName"),
	projections(spec, "secret"),
})

env(containers, field) := {{"path": sprintf("%s/name", [path]), "name": name, "keys": keys} |
	some c in containers
	some i, e in typed.array(c.spec.env)
	name := required(e.valueFrom[field], "name")
	path := sprintf("%s/env/%v/valueFrom/%s", [c.pointer, i, field])
	keys := {{"path": sprintf("%s/key", [path]), "key": key} | key := e.valueFrom[field].key}
}

env_from(containers, field) := {{"path": path, "name": name} |
	some c in containers
	some i, e in typed.array(c.spec.envFrom)
	name := required(e[field], "name")
	path := sprintf("%s/envFrom/%v/%s/name", [c.pointer, i, field])
}

volumes(spec, field, key) := {{"path": sprintf("%s/%s", [path, key]), "name": name, "keys": items(v[field], path)} |
	some i, v in typed.array(spec.volumes)
	name := required(v[field], key)
	path := sprintf("/spec/volumes/%v/%s", [i, field])
}

projections(spec, field) := {{"path": sprintf("%s/name", [path]), "name": name, "keys": items(s[field], path)} |
	some i, v in typed.array(spec.volumes)
	some j, s in typed.array(v.projected.sources)
	name := required(s[field], "name")
	path := sprintf("/spec/volumes/%v/projected/sources/%v/%s", [i, j, field])
}

items(source, path) := {{"path": sprintf("%s/items/%v/key", [path, i]), "key": key} |
	some i, item in typed.array(source.items)
	key := item.key
}

required(ref, field) := name if {
	not ref.optional == true
	name := typed.string(ref[field])
	name != ""
}

# Name of the pod's service account, by either of its two fields.
account(spec) := [name |
	some field in ["serviceAccountName", "serviceAccount"]
	name := spec[field]
	name != ""
][0]

# A Secret is at hand, or an object from which a controller makes it.
secret(ns, name) if {
	inv.exists("Secret", ns, name)
} else if {
	some kind in data.tables.secret_makers.kinds
	inv.exists(kind, ns, name)
} else if {
	some o in inventory.list("cert-manager.io/Certificate", ns)
	o.spec.secretName == name
} else if {
	some o in inventory.list("external-secrets.io/ExternalSecret", ns)
	o.spec.target.name == name
} else if {
	some o in vault(ns)
	o.spec.destination.name == name
}

vault(ns) := array.concat(
	inventory.list("secrets.hashicorp.com/VaultStaticSecret", ns),
	array.concat(
		inventory.list("secrets.hashicorp.com/VaultDynamicSecret", ns),
		inventory.list("secrets.hashicorp.com/VaultPKISecret", ns),
	),
)

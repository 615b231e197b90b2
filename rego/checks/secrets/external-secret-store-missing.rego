# METADATA
# title: Nothing keeps secrets outside the cluster
# description: >-
#   Workloads use Secrets that live in the cluster alone, so they are rotated by hand, and everybody with access to
#   etcd or its backups has them all.
# custom:
#   severity: info
#   scope: cluster
#   enabled: false
#   requires: {fail: [Secret]}
#   remediation: Consider an external store (External Secrets, the Secrets Store CSI driver, Vault).
package audit.checks.secrets.external_secret_store_missing

deny contains {"path": "", "msg": sprintf("%d Opaque Secrets, no external store", [count(opaque)])} if {
	opaque := [secret |
		some secret in inventory.list("Secret", "")
		object.get(secret, "type", "Opaque") == "Opaque"
	]
	count(opaque) > 0
	every kind in data.tables.secret_stores.kinds {
		count(inventory.list(kind, "")) == 0
	}
}

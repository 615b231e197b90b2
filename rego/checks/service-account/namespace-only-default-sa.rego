# METADATA
# title: Namespace has workloads and no service account but the default one
# description: >-
#   All workloads of the namespace act as one identity, so a permission for one of them is a permission for all.
# custom:
#   severity: info
#   scope: object
#   kinds: [Namespace]
#   enabled: false
#   requires: {fail: [ServiceAccount]}
#   remediation: Create a service account for each workload that speaks to the API.
package audit.checks.service_account.namespace_only_default_sa

applies if count(inventory.list("Workload", input.name)) > 0

deny contains {"path": "", "msg": "no service account but default"} if {
	others := [account |
		some account in inventory.list("ServiceAccount", input.name)
		account.metadata.name != "default"
	]
	count(others) == 0
}

# METADATA
# title: Pod runs as a service account that does not exist
# description: >-
#   The pods are refused until somebody creates the account, and whoever creates it decides what they may do.
# custom:
#   severity: low
#   scope: pod
#   requires: {fail: [ServiceAccount]}
#   confidence: medium
#   unset: the account is default, which exists in every namespace
#   remediation: Create the ServiceAccount, or correct serviceAccountName.
package audit.checks.service_account.service_account_not_found

import data.audit.lib.inv
import data.audit.lib.refs
import data.audit.lib.typed

deny contains {"path": "/spec/serviceAccountName", "msg": sprintf("no ServiceAccount %s", [name])} if {
	name := typed.string(refs.account(input.pod.spec))
	name != "default"
	not inv.exists("ServiceAccount", input.namespace, name)
}

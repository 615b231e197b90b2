# METADATA
# title: Workload runs as the account of the dashboard
# description: >-
#   The account of the Kubernetes dashboard reads Secrets of the dashboard and whatever its users were given; another
#   program under it is hard to tell from the dashboard.
# custom:
#   severity: medium
#   scope: pod
#   remediation: Name a service account of the workload's own.
package audit.checks.service_account.workload_dashboard_sa

import data.audit.lib.accounts

deny contains {
	"path": accounts.path(input.pod.spec),
	"msg": "ServiceAccount kubernetes-dashboard",
} if {
	accounts.name(input.pod.spec) == "kubernetes-dashboard"
	# Release 2 runs its collector of metrics under the same account.
	every part in ["kubernetes-dashboard-", "dashboard-metrics-scraper-"] {
		not startswith(sprintf("%s-", [input.name]), part)
	}
}

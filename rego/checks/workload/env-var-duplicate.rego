# METADATA
# title: Environment variable is defined twice
# description: >-
#   The last definition wins, and tools that merge manifests keep either one. What is read in the first is not what
#   runs.
# custom:
#   severity: low
#   scope: container
#   remediation: Remove one of the definitions.
package audit.checks.workload.env_var_duplicate

import data.audit.lib.typed

deny contains {"path": sprintf("/env/%v/name", [j]), "msg": sprintf("variable %v is defined twice", [name])} if {
	some i, first in typed.array(input.container.spec.env)
	some j, e in input.container.spec.env
	i < j
	name := e.name
	first.name == name
}

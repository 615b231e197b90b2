# METADATA
# title: Pod lacks a required DNS option
# description: >-
#   With the default of ndots:5 every name of the outside world is first looked up with each search domain of the
#   cluster.
# custom:
#   severity: info
#   scope: pod
#   enabled: false
#   unset: ndots is 5
#   remediation: Add the option to dnsConfig.options.
#   params:
#     name: {type: string, default: ndots, description: "Name of the option"}
#     value: {type: string, default: "2", description: "Its value"}
package audit.checks.workload.dns_config_option_missing

import data.audit.lib.typed

params := data.params["dns-config-option-missing"]

present if {
	some option in typed.array(input.pod.spec.dnsConfig.options)
	option.name == params.name
	option.value == params.value
}

deny contains {"path": "/spec/dnsConfig/options", "msg": sprintf("no option %s:%s", [params.name, params.value])} if {
	not present
}

# METADATA
# title: Load balancer is open to every address
# description: >-
#   Without source ranges the load balancer takes connections from everywhere it is reachable, on most clouds the
#   whole internet.
# custom:
#   severity: low
#   scope: object
#   kinds: [Service]
#   unset: every address is allowed
#   remediation: Set loadBalancerSourceRanges, or ask the provider for an internal load balancer by annotation.
package audit.checks.exposure.exposure_loadbalancer

applies if input.object.spec.type == "LoadBalancer"

deny contains {"path": "/spec/loadBalancerSourceRanges", "msg": "loadBalancerSourceRanges allows every address"} if {
	not is_limited
	not is_internal
}

is_limited if {
	ranges := input.object.spec.loadBalancerSourceRanges
	is_array(ranges)
	count(ranges) > 0
	count([block | some block in ranges; block in ["0.0.0.0/0", "::/0"]]) == 0
}

# The older way, a list in an annotation.
is_limited if {
	ranges := input.annotations["service.beta.kubernetes.io/load-balancer-source-ranges"]
	ranges != ""
	not contains(ranges, "/0")
}

is_internal if {
	some key, values in data.tables.exposure.internal_load_balancers
	value := lower(input.annotations[key])
	some wanted in values
	wanted in {value, "*"}
}

# Amazon's controller makes them internal unless told otherwise.
is_internal if {
	startswith(input.object.spec.loadBalancerClass, "service.k8s.aws/")
	not is_facing
}

is_internal if {
	input.annotations["service.beta.kubernetes.io/aws-load-balancer-type"] == "external"
	not is_facing
}

is_facing if input.annotations["service.beta.kubernetes.io/aws-load-balancer-scheme"] == "internet-facing"

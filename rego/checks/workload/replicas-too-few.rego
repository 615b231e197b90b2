# METADATA
# title: Deployment behind a Service has a single replica
# description: >-
#   Every drain, node failure or crash of that pod interrupts the Service.
# custom:
#   severity: low
#   scope: object
#   kinds: [Deployment]
#   requires: {pass: [Service], fail: [HorizontalPodAutoscaler]}
#   unset: replicas is 1
#   remediation: Set replicas to 2 or more.
#   params:
#     minimum: {type: number, default: 2, description: "Least number of replicas"}
package audit.checks.workload.replicas_too_few

import data.audit.lib.scale
import data.audit.lib.traffic
import data.audit.lib.typed

# A single writer on purpose.
singleton if input.object.spec.strategy.type == "Recreate"

singleton if {
	some v in typed.array(input.object.spec.template.spec.volumes)
	v.persistentVolumeClaim
}

deny contains {"path": "/spec/replicas", "msg": sprintf("replicas is %v", [replicas])} if {
	replicas := object.get(input.object, ["spec", "replicas"], 1)
	replicas > 0 # scaled down on purpose
	replicas < data.params["replicas-too-few"].minimum
	not singleton
	not scale.scaled(input.namespace, "Deployment", input.name)
	count(traffic.services(input.namespace, typed.object(input.object.spec.template.metadata.labels))) > 0
}

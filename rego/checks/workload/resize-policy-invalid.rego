# METADATA
# title: Resize policy cannot be followed
# description: >-
#   The API server refuses the pod: a container that may not be restarted cannot ask for a restart on resize, plain
#   init containers are not resized, and each resource has one policy.
# custom:
#   severity: medium
#   scope: container
#   containers: [container, init, sidecar]
#   since: "1.33"
#   unset: cpu and memory are resized without a restart
#   remediation: >-
#     Use NotRequired in pods with restartPolicy Never, one entry for cpu and one for memory, and none in init
#     containers.
package audit.checks.workload.resize_policy_invalid

import data.audit.lib.typed

deny contains {"path": sprintf("/resizePolicy/%v/restartPolicy", [i]), "msg": msg} if {
	input.pod.spec.restartPolicy == "Never"
	input.container.type == "container"
	some i, p in typed.array(input.container.spec.resizePolicy)
	policy := p.restartPolicy
	policy != "NotRequired"
	msg := sprintf("%v in a pod that never restarts", [policy])
}

deny contains {"path": "/resizePolicy", "msg": "resizePolicy on an init container"} if {
	input.container.type == "init"
	count(typed.array(input.container.spec.resizePolicy)) > 0
}

deny contains {"path": path, "msg": sprintf("%v is named twice", [name])} if {
	input.container.type != "init"
	some i, first in typed.array(input.container.spec.resizePolicy)
	some j, p in input.container.spec.resizePolicy
	i < j
	name := p.resourceName
	first.resourceName == name
	path := sprintf("/resizePolicy/%v/resourceName", [j])
}

# METADATA
# title: Pod asks for a runtime class that does not exist
# description: >-
#   The API server refuses the pods, so the workload never starts.
# custom:
#   severity: medium
#   scope: pod
#   requires: {fail: [RuntimeClass]}
#   unset: the default runtime of the node
#   remediation: Create the RuntimeClass, or correct runtimeClassName.
package audit.checks.workload.runtime_class_not_found

import data.audit.lib.typed

deny contains {"path": "/spec/runtimeClassName", "msg": sprintf("no RuntimeClass %s", [name])} if {
	name := typed.string(input.pod.spec.runtimeClassName)
	name != ""
	not inventory.get("RuntimeClass", "", name)
}

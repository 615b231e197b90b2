# METADATA
# title: AppArmor annotation names a container that does not exist
# description: >-
#   The container that was meant runs without the profile, or the API server refuses the pod.
# custom:
#   severity: medium
#   scope: pod
#   remediation: Correct the container's name in the annotation, or use securityContext.appArmorProfile instead.
package audit.checks.workload.apparmor_annotation_unknown_container

import data.audit.lib.names
import data.audit.lib.typed

deny contains {"path": sprintf("/metadata/annotations/%s", [token]), "msg": sprintf("no container %q", [name])} if {
	some key, _ in typed.object(input.pod.metadata.annotations)
	startswith(key, "container.apparmor.security.beta.kubernetes.io/")
	name := trim_prefix(key, "container.apparmor.security.beta.kubernetes.io/")
	every c in input.containers { c.name != name }
	token := names.token(key)
}

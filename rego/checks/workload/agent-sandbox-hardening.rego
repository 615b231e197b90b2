# METADATA
# title: Sandbox for untrusted code is open
# description: >-
#   A sandbox runs code that nobody has read. Without a runtime that isolates it from the node's kernel, or without
#   limits on its network, that code attacks the node and the services around it.
# custom:
#   severity: medium
#   scope: object
#   kinds:
#   - agents.x-k8s.io/Sandbox
#   - extensions.agents.x-k8s.io/SandboxTemplate
#   unset: the node's own runtime; the controller's network policy, which lets out to the internet only
#   remediation: >-
#     Set runtimeClassName to one of gVisor or Kata Containers, leave networkPolicyManagement at Managed, and list in
#     networkPolicy.egress what the code needs.
#   params:
#     plain_runtime_classes:
#       type: array
#       default: [crun, nvidia, runc]
#       description: Names of runtime classes that share the node's kernel.
package audit.checks.workload.agent_sandbox_hardening

import data.audit.lib.typed

runtime := object.get(pod, "runtimeClassName", "") if {
	pod := input.object.spec.podTemplate.spec
	is_object(pod)
}

deny contains {"path": "/spec/podTemplate/spec/runtimeClassName", "msg": "runtimeClassName is not set"} if runtime == ""

deny contains {"path": "/spec/podTemplate/spec/runtimeClassName", "msg": msg} if {
	runtime in data.params["agent-sandbox-hardening"].plain_runtime_classes
	msg := sprintf("runtimeClassName is %s", [runtime])
}

deny contains {"path": "/spec/networkPolicyManagement", "msg": "networkPolicyManagement is Unmanaged"} if {
	input.object.spec.networkPolicyManagement == "Unmanaged"
}

# A rule without peers, or with every address as one.
deny contains {"path": sprintf("/spec/networkPolicy/egress/%d", [i]), "msg": "egress to every address"} if {
	some i, rule in typed.array(input.object.spec.networkPolicy.egress)
	everywhere(rule)
}

everywhere(rule) if not rule.to[0]

everywhere(rule) if {
	some peer in typed.array(rule.to)
	peer.ipBlock.cidr in {"0.0.0.0/0", "::/0"}
	not peer.ipBlock.except[0]
}

# METADATA
# title: Deployment shares a volume that only one node can attach
# description: >-
#   A second pod on another node waits for the volume for ever. With several replicas the Deployment never gets
#   complete; with a rolling update the new pod waits for the old one, which stays until the new one is ready.
# custom:
#   severity: medium
#   scope: object
#   kinds: [Deployment]
#   requires: {pass: [PersistentVolumeClaim]}
#   confidence: medium
#   remediation: Use a StatefulSet with claim templates, a ReadWriteMany volume, or strategy Recreate with one replica.
package audit.checks.storage.deployment_shares_single_attach_volume

import data.audit.lib.typed

# Claims at hand that only one node, or only one pod, can use at a time.
claims contains {"path": path, "mode": mode} if {
	some i, v in typed.array(input.object.spec.template.spec.volumes)
	name := typed.string(v.persistentVolumeClaim.claimName)
	claim := inventory.get("PersistentVolumeClaim", input.namespace, name)
	[mode] := claim.spec.accessModes
	mode in {"ReadWriteOnce", "ReadWriteOncePod"}
	path := sprintf("/spec/template/spec/volumes/%v/persistentVolumeClaim", [i])
}

replicas := object.get(input.object, ["spec", "replicas"], 1)

deny contains {"path": c.path, "msg": sprintf("claim is %s, %v replicas", [c.mode, replicas])} if {
	some c in claims
	replicas > 1
}

deny contains {"path": c.path, "msg": sprintf("claim is %s, strategy RollingUpdate", [c.mode])} if {
	some c in claims
	replicas == 1
	object.get(input.object, ["spec", "strategy", "type"], "RollingUpdate") == "RollingUpdate"
	not object.get(input.object, ["spec", "strategy", "rollingUpdate", "maxSurge"], null) in {0, "0%"}
}

# METADATA
# title: Pod names network storage itself
# description: >-
#   A volume type that connects to storage directly takes server, path and credentials from whoever writes the pod, past
#   the PersistentVolumes that an administrator set up, and does not fit the restricted Pod Security Standard.
# custom:
#   severity: medium
#   scope: pod
#   remediation: Put the storage behind a PersistentVolume and its claim, or a CSI driver's ephemeral volume.
package audit.checks.workload.volume_type_restricted

# hostPath and gitRepo have checks of their own. No source at all means emptyDir.
direct := {
	"awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "fc", "flexVolume", "flocker",
	"gcePersistentDisk", "glusterfs", "iscsi", "nfs", "photonPersistentDisk", "portworxVolume", "quobyte", "rbd",
	"scaleIO", "storageos", "vsphereVolume",
}

deny contains {
	"path": sprintf("/spec/volumes/%v/%s", [i, type]),
	"msg": sprintf("volume type is %s", [type]),
} if {
	some i, type
	input.pod.spec.volumes[i][type]
	type in direct
}

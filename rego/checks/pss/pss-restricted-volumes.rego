# METADATA
# title: Volume has a type that the restricted level forbids
# description: >-
#   A volume that names a path of the node or a storage server in the pod passes by the PersistentVolumes that an
#   administrator prepared, and many such drivers trust the pod's author with their credentials.
# custom:
#   severity: high
#   scope: pod
#   unset: a volume without a type is an emptyDir
#   remediation: >-
#     Use a persistentVolumeClaim, csi, ephemeral, image, configMap, secret, projected, downwardAPI or emptyDir volume.
package audit.checks.pss.pss_restricted_volumes

allowed := {
	"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image",
	"persistentVolumeClaim", "projected", "secret",
}

forbidden := {
	"awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "fc", "flexVolume",
	"flocker", "gcePersistentDisk", "gitRepo", "glusterfs", "hostPath", "iscsi", "nfs",
	"photonPersistentDisk", "portworxVolume", "quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume",
}

# A volume with an allowed type beside a forbidden one passes: the API server refuses it anyway.
deny contains {"path": sprintf("/spec/volumes/%d/%s", [i, source]), "msg": sprintf("volume is %s", [source])} if {
	is_array(input.pod.spec.volumes)
	some i, volume in input.pod.spec.volumes
	is_object(volume)
	sources := object.keys(volume)
	count(sources & allowed) == 0
	some source in sources & forbidden
}

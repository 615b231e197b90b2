# METADATA
# title: Container gets a device of the node
# description: >-
#   Through a raw block device or a device such as /dev/kvm or /dev/fuse the container talks to a driver of the node's
#   kernel, where a bug leads out of it.
# custom:
#   severity: info
#   scope: container
#   remediation: >-
#     Keep it to containers that cannot do without, drop all capabilities there and run them on nodes of their own.
package audit.checks.workload.device_access

deny contains {
	"path": sprintf("/volumeDevices/%v", [i]),
	"msg": sprintf("raw block device is %v", [device]),
} if {
	some i
	device := input.container.spec.volumeDevices[i].devicePath
}

# Generic device plugins hand out nodes of /dev. Accelerators are what their plugins are for.
deny contains {
	"path": sprintf("/resources/limits/%s", [replace(resource, "/", "~1")]),
	"msg": sprintf("device is %s", [resource]),
} if {
	some resource
	input.container.spec.resources.limits[resource]
	is_string(resource)
	some vendor in {"devices.kubevirt.io/", "smarter-devices/", "squat.ai/"}
	startswith(resource, vendor)
}

# METADATA
# title: Workload that is reachable from outside leads to the node or cluster
# description: >-
#   Two things that are bearable alone come together: requests from outside reach the program, and whoever makes it do
#   something else has the node or the cluster.
# custom:
#   severity: critical
#   scope: pod
#   requires:
#     pass: [ClusterRole, ClusterRoleBinding, Ingress, Role, RoleBinding, Service]
#   remediation: >-
#     Take away the right, the privilege or the directory of the node, or put a workload in front that has none of
#     them.
package audit.checks.exposure.attack_path_exposed_to_takeover

import data.audit.lib.accounts

import data.audit.lib.exposure

import data.audit.lib.hostpath

deny contains {
	"path": path,
	"msg": sprintf("%s, reachable by %s", [weakness, concat(", ", ways)]),
} if {
	some path, weakness in weaknesses
	count(ways) > 0
}

ways := exposure.by_service(services) | exposure.by_ingress(input.namespace, services)

services := exposure.selecting(input.namespace, object.get(input.pod.metadata, "labels", {}))

weaknesses[path] := weakness if {
	name := accounts.name(input.pod.spec)
	right := rbac.takeover({"kind": "ServiceAccount", "namespace": input.namespace, "name": name}, "")
	accounts.has_token(input.pod.spec, input.namespace)
	path := accounts.path(input.pod.spec)
	weakness := sprintf("ServiceAccount %s may %s in every namespace", [name, right])
}

weaknesses[path] := "privileged is true" if {
	some container in input.containers
	container.security.privileged == true
	path := sprintf("%s/securityContext/privileged", [container.pointer])
}

weaknesses[path] := weakness if {
	mounts := [mount | some container in input.containers; mount := container.spec.volumeMounts[_]]
	some element in hostpath.shown(input.pod.spec.volumes, mounts)
	element.mounted
	is_fatal(element)
	path := sprintf("/spec/volumes/%d/hostPath/path", [element.index])
	weakness := sprintf("path %s of the node", [element.path])
}

is_fatal(element) if hostpath.runtime(element.path)

is_fatal(element) if hostpath.danger(element.path, element.writable) == "critical"

# METADATA
# title: Pod has no user namespace of its own
# description: >-
#   A user id in the container is the same id on the node, and capabilities count there, so a break-out arrives with the
#   rights it had inside. In a user namespace it arrives as nobody.
# custom:
#   severity: info
#   scope: pod
#   points: 1
#   since: "1.33"
#   unset: the pod shares the node's user ids
#   remediation: >-
#     Set hostUsers to false where the nodes have Linux 6.3 or newer, a runtime with user namespaces and volumes that
#     support mapped ids.
package audit.checks.workload.host_users_not_isolated

# With hostPID or hostIPC the API refuses hostUsers: false, and with hostNetwork it does so by default.
applies if not out_of_reach

out_of_reach if input.pod.spec.hostNetwork == true

out_of_reach if input.pod.spec.hostPID == true

out_of_reach if input.pod.spec.hostIPC == true

out_of_reach if input.pod.spec.os.name == "windows"

out_of_reach if input.pod.spec.nodeSelector["kubernetes.io/os"] == "windows"

deny contains {"path": "/spec/hostUsers", "msg": "hostUsers is not false"} if not input.pod.spec.hostUsers == false

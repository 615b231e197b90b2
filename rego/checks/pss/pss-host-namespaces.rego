# METADATA
# title: Pod shares a namespace of the host
# description: >-
#   In the host's network, process or IPC namespace a pod reaches loopback services of the node, sees and signals
#   its processes or reads its shared memory.
# custom:
#   severity: critical
#   scope: pod
#   unset: the pod has namespaces of its own
#   remediation: Remove hostNetwork, hostPID and hostIPC or set them to false.
package audit.checks.pss.pss_host_namespaces

deny contains {"path": "/spec/hostNetwork", "msg": "hostNetwork is true"} if input.pod.spec.hostNetwork == true

deny contains {"path": "/spec/hostPID", "msg": "hostPID is true"} if input.pod.spec.hostPID == true

deny contains {"path": "/spec/hostIPC", "msg": "hostIPC is true"} if input.pod.spec.hostIPC == true

# METADATA
# title: Object lives in the default namespace
# description: >-
#   Everything that names no namespace ends in this one, so its quotas, policies and permissions belong to nobody and
#   one workload's rights are its neighbours'.
# custom:
#   severity: low
#   scope: object
#   kinds:
#   - Pod
#   - Deployment
#   - ReplicaSet
#   - StatefulSet
#   - DaemonSet
#   - Job
#   - CronJob
#   - ReplicationController
#   - Service
#   remediation: Create a namespace for the application and move it there.
package audit.checks.namespace.namespace_default_in_use

# A manifest without a namespace gets one when it is applied, and what has an owner follows it.
applies if {
	input.namespace != ""
	count(object.get(input.object.metadata, "ownerReferences", [])) == 0
	not is_api_service
}

# The API server's own Service is there in every cluster.
is_api_service if {
	input.kind == "Service"
	input.name == "kubernetes"
}

deny contains {"path": "/metadata/namespace", "msg": "namespace is default"} if input.namespace == "default"

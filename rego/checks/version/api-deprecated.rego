# METADATA
# title: Object uses a deprecated API version
# description: >-
#   A coming release of Kubernetes stops serving it: from then on the object can be neither applied nor restored.
# custom:
#   severity: low
#   scope: object
#   kinds:
#   - admissionregistration.k8s.io/MutatingAdmissionPolicy
#   - admissionregistration.k8s.io/MutatingAdmissionPolicyBinding
#   - admissionregistration.k8s.io/MutatingWebhookConfiguration
#   - admissionregistration.k8s.io/ValidatingAdmissionPolicy
#   - admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding
#   - admissionregistration.k8s.io/ValidatingWebhookConfiguration
#   - apiextensions.k8s.io/CustomResourceDefinition
#   - apiregistration.k8s.io/APIService
#   - apps/DaemonSet
#   - apps/Deployment
#   - apps/ReplicaSet
#   - apps/StatefulSet
#   - autoscaling/HorizontalPodAutoscaler
#   - batch/CronJob
#   - certificates.k8s.io/CertificateSigningRequest
#   - certificates.k8s.io/ClusterTrustBundle
#   - coordination.k8s.io/Lease
#   - coordination.k8s.io/LeaseCandidate
#   - discovery.k8s.io/EndpointSlice
#   - extensions/DaemonSet
#   - extensions/Deployment
#   - extensions/Ingress
#   - extensions/NetworkPolicy
#   - extensions/ReplicaSet
#   - flowcontrol.apiserver.k8s.io/FlowSchema
#   - flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration
#   - networking.k8s.io/IPAddress
#   - networking.k8s.io/Ingress
#   - networking.k8s.io/IngressClass
#   - networking.k8s.io/NetworkPolicy
#   - networking.k8s.io/ServiceCIDR
#   - node.k8s.io/RuntimeClass
#   - policy/PodDisruptionBudget
#   - rbac.authorization.k8s.io/ClusterRole
#   - rbac.authorization.k8s.io/ClusterRoleBinding
#   - rbac.authorization.k8s.io/Role
#   - rbac.authorization.k8s.io/RoleBinding
#   - resource.k8s.io/DeviceClass
#   - resource.k8s.io/DeviceTaintRule
#   - resource.k8s.io/ResourceClaim
#   - resource.k8s.io/ResourceClaimTemplate
#   - resource.k8s.io/ResourceSlice
#   - scheduling.k8s.io/PriorityClass
#   - settings.k8s.io/PodPreset
#   - storage.k8s.io/CSIDriver
#   - storage.k8s.io/CSINode
#   - storage.k8s.io/CSIStorageCapacity
#   - storage.k8s.io/StorageClass
#   - storage.k8s.io/VolumeAttachment
#   - storage.k8s.io/VolumeAttributesClass
#   - storagemigration.k8s.io/StorageVersionMigration
#   remediation: Write the object in the version that replaces it; kubectl convert helps.
package audit.checks.version.api_deprecated

import data.audit.lib.kubernetes
import data.audit.lib.lifecycle

target := kubernetes.target(data.tables.kubernetes_versions)

assumption := kubernetes.assumption(data.tables.kubernetes_versions)

deny contains {"path": "/apiVersion", "msg": msg} if {
	api := lifecycle.entry(input.apiVersion, input.kind)
	deprecated(api)
	since := [input.apiVersion, input.kind, api.deprecated, lifecycle.successor(api), assumption]
	msg := sprintf("%s %s is deprecated since %s%s%s", since)
}

# A live object is listed in the newest version; what it was applied as is what the next upgrade breaks.
deny contains {"path": lifecycle.applied_path(input.annotations), "msg": msg} if {
	applied := lifecycle.applied(input.annotations)
	applied != input.apiVersion
	api := lifecycle.entry(applied, input.kind)
	deprecated(api)
	msg := sprintf("last applied as %s, deprecated since %s%s", [applied, api.deprecated, assumption])
}

deprecated(api) if {
	k8s.version_compare(api.deprecated, target) <= 0
	k8s.version_compare(api.removed, target) > 0
}

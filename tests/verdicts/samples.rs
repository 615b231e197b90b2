//! One valid object of each built-in kind that few cases are about.

/// Several documents.
pub const SAMPLES: &str = r#"
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.local.example}
spec: {group: local.example, version: v1, groupPriorityMinimum: 100, versionPriority: 100}
---
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: {name: disk.sample.example}
spec: {attachRequired: true}
---
apiVersion: storage.k8s.io/v1
kind: CSINode
metadata: {name: sample}
spec: {drivers: [{name: disk.sample.example, nodeID: a}]}
---
apiVersion: storage.k8s.io/v1
kind: CSIStorageCapacity
metadata: {name: sample, namespace: p0}
storageClassName: sample
capacity: 10Gi
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.sample.example}
spec:
  group: sample.example
  scope: Namespaced
  names: {kind: Widget, plural: widgets, singular: widget}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
---
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: sample}
spec: {selectors: [{cel: {expression: 'device.driver == "gpu.sample.example"'}}]}
---
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: sample, namespace: p0}
spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: sample}}]}}
---
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: sample, namespace: p0}
spec: {spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: sample}}]}}}
---
apiVersion: resource.k8s.io/v1
kind: ResourceSlice
metadata: {name: sample}
spec:
  driver: gpu.sample.example
  nodeName: sample
  pool: {name: sample, generation: 1, resourceSliceCount: 1}
  devices: [{name: gpu-0}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: sample, namespace: p0, labels: {kubernetes.io/service-name: sample}}
addressType: IPv4
endpoints: [{addresses: [10.1.2.3]}]
ports: [{name: http, port: 8080}]
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: {name: sample}
spec: {type: Limited, limited: {nominalConcurrencyShares: 5, limitResponse: {type: Reject}}}
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: {name: sample}
spec:
  priorityLevelConfiguration: {name: sample}
  matchingPrecedence: 900
  rules:
  - subjects: [{kind: User, user: {name: sample}}]
    resourceRules: [{verbs: [list], apiGroups: [sample.example], resources: [widgets], namespaces: [p0]}]
---
apiVersion: networking.k8s.io/v1
kind: IPAddress
metadata: {name: 10.0.0.200}
spec: {parentRef: {resource: services, name: sample, namespace: p0}}
---
apiVersion: networking.k8s.io/v1
kind: ServiceCIDR
metadata: {name: sample}
spec: {cidrs: [10.77.0.0/24]}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: sample}
spec: {controller: sample.example/ingress}
---
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: {name: sample, namespace: p0}
spec: {holderIdentity: sample, leaseDurationSeconds: 15}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: sample}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [sample.example], apiVersions: [v1], operations: [CREATE], resources: [widgets]}]}
  reinvocationPolicy: Never
  mutations: [{patchType: ApplyConfiguration, applyConfiguration: {expression: 'Object{}'}}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: sample}
spec: {policyName: sample}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: sample}
spec:
  failurePolicy: Ignore
  matchConstraints: {resourceRules: [{apiGroups: [sample.example], apiVersions: [v1], operations: [CREATE], resources: [widgets]}]}
  validations: [{expression: 'object.metadata.name != "x"'}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: sample}
webhooks:
- name: hook.sample.example
  clientConfig: {service: {name: hook, namespace: p0}}
  rules: [{apiGroups: [sample.example], apiVersions: [v1], operations: [CREATE], resources: [widgets]}]
  sideEffects: None
  admissionReviewVersions: [v1]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: sample}
webhooks:
- name: hook.sample.example
  clientConfig: {service: {name: hook, namespace: p0}}
  failurePolicy: Ignore
  rules: [{apiGroups: [sample.example], apiVersions: [v1], operations: [CREATE], resources: [widgets]}]
  sideEffects: None
  admissionReviewVersions: [v1]
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: sample}
spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /data}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: sample, namespace: p0}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: sample, namespace: p0}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: sample}, minReplicas: 1, maxReplicas: 1}
---
apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: older, namespace: p0}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: sample}, maxReplicas: 3, targetCPUUtilizationPercentage: 80}
---
apiVersion: storage.k8s.io/v1
kind: VolumeAttachment
metadata: {name: sample}
spec: {attacher: disk.sample.example, nodeName: sample, source: {persistentVolumeName: sample}}
---
apiVersion: storage.k8s.io/v1
kind: VolumeAttributesClass
metadata: {name: sample}
driverName: disk.sample.example
parameters: {iops: "100"}
"#;

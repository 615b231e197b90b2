//! Custom resources that checks look at, and how objects of any kind are created.

use super::server::Server;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// As their projects define them: group, kind, plural, whether they have a namespace.
pub const CUSTOM: [(&str, &str, &str, bool); 36] = [
    ("agents.x-k8s.io", "Sandbox", "sandboxes", true),
    ("apps.openshift.io", "DeploymentConfig", "deploymentconfigs", true),
    ("argoproj.io", "AppProject", "appprojects", true),
    ("argoproj.io", "Application", "applications", true),
    ("argoproj.io", "ApplicationSet", "applicationsets", true),
    ("argoproj.io", "Rollout", "rollouts", true),
    ("autoscaling.k8s.io", "VerticalPodAutoscaler", "verticalpodautoscalers", true),
    ("cert-manager.io", "Certificate", "certificates", true),
    ("config.ratify.deislabs.io", "Verifier", "verifiers", true),
    ("constraints.gatekeeper.sh", "K8sAllowedRepos", "k8sallowedrepos", false),
    ("extensions.agents.x-k8s.io", "SandboxTemplate", "sandboxtemplates", true),
    ("external-secrets.io", "ExternalSecret", "externalsecrets", true),
    ("gateway.networking.k8s.io", "GRPCRoute", "grpcroutes", true),
    ("gateway.networking.k8s.io", "Gateway", "gateways", true),
    ("gateway.networking.k8s.io", "HTTPRoute", "httproutes", true),
    ("gateway.networking.k8s.io", "ReferenceGrant", "referencegrants", true),
    ("gateway.networking.k8s.io", "TCPRoute", "tcproutes", true),
    ("gateway.networking.k8s.io", "TLSRoute", "tlsroutes", true),
    ("gateway.networking.k8s.io", "UDPRoute", "udproutes", true),
    ("keda.sh", "ScaledObject", "scaledobjects", true),
    ("kubescape.io", "ClusterSecurityException", "clustersecurityexceptions", false),
    ("kyverno.io", "ClusterPolicy", "clusterpolicies", false),
    ("kyverno.io", "Policy", "policies", true),
    ("kyverno.io", "PolicyException", "policyexceptions", true),
    ("monitoring.coreos.com", "ServiceMonitor", "servicemonitors", true),
    ("networking.istio.io", "VirtualService", "virtualservices", true),
    ("policies.kyverno.io", "ImageValidatingPolicy", "imagevalidatingpolicies", false),
    ("policies.kyverno.io", "PolicyException", "policyexceptions", true),
    ("policy.sigstore.dev", "ClusterImagePolicy", "clusterimagepolicies", false),
    ("route.openshift.io", "Route", "routes", true),
    ("secrets.hashicorp.com", "VaultDynamicSecret", "vaultdynamicsecrets", true),
    ("secrets.hashicorp.com", "VaultPKISecret", "vaultpkisecrets", true),
    ("secrets.hashicorp.com", "VaultStaticSecret", "vaultstaticsecrets", true),
    ("security.istio.io", "PeerAuthentication", "peerauthentications", true),
    ("security.openshift.io", "SecurityContextConstraints", "securitycontextconstraints", false),
    ("settings.k8s.io", "PodPreset", "podpresets", true),
];

/// Defines all of them; `versions` by `group/kind`, `v1` when there are none.
pub fn define(server: &Server, versions: &BTreeMap<String, BTreeSet<String>>) {
    let version_of = |group: &str, kind: &str| -> Vec<String> {
        versions.get(&format!("{group}/{kind}")).map_or_else(|| vec!["v1".to_owned()], |v| v.iter().cloned().collect())
    };
    let definitions = CUSTOM.iter().map(|(group, kind, plural, namespaced)| {
        let schema = json!({"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}});
        let versions: Vec<Value> = version_of(group, kind)
            .iter()
            .enumerate()
            .map(|(i, v)| json!({"name": v, "served": true, "storage": i == 0, "schema": schema}))
            .collect();
        let body = json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": format!("{plural}.{group}"), "annotations": {"api-approved.kubernetes.io": "unapproved, for a test"}},
            "spec": {"group": group, "scope": if *namespaced { "Namespaced" } else { "Cluster" }, "versions": versions,
                     "names": {"kind": kind, "plural": plural, "singular": kind.to_lowercase()}},
        });
        ("/apis/apiextensions.k8s.io/v1/customresourcedefinitions".to_owned(), body)
    });
    server.create_many(definitions.collect());
    // The first question for each takes the server a second.
    std::thread::scope(|scope| {
        for (group, kind, plural, _) in CUSTOM {
            let version = version_of(group, kind).remove(0);
            scope.spawn(move || {
                let start = Instant::now();
                while server.send("GET", &format!("/apis/{group}/{version}/{plural}"), &Value::Null).status != 200 {
                    assert!(start.elapsed() < Duration::from_secs(60), "{plural} are not served");
                    std::thread::sleep(Duration::from_millis(200));
                }
            });
        }
    });
}

/// Path of the collection that an object is created in.
pub fn collection(object: &Value) -> String {
    let version = object["apiVersion"].as_str().unwrap();
    let root = if version.contains('/') { "/apis" } else { "/api" };
    let plural = kube_audit::policy::kinds::plural(object["kind"].as_str().unwrap());
    match object["metadata"]["namespace"].as_str() {
        Some(namespace) => format!("{root}/{version}/namespaces/{namespace}/{plural}"),
        None => format!("{root}/{version}/{plural}"),
    }
}

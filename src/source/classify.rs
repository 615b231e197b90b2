//! What a document is when it is no Kubernetes object: named, counted, not audited.

use crate::model::tree::{Data, NodeId, Tree};

/// Where a document stands.
pub(super) struct Place<'a> {
    /// the input as it is shown
    pub file: &'a str,
    /// folder of the Helm chart that the file belongs to
    pub chart: Option<&'a str>,
}

impl Place<'_> {
    fn name(&self) -> &str {
        self.file.rsplit('/').next().unwrap_or(self.file)
    }
}

/// Files whose name says it, whatever is in them: a Helm value may well be called `kind`.
pub(super) fn by_name(place: &Place<'_>) -> Option<&'static str> {
    let name = place.name();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    match name {
        "Chart.yaml" | "Chart.yml" | "Chart.lock" | "requirements.yaml" | "requirements.lock" => {
            place.chart.map(|_| "Helm chart metadata")
        }
        "kustomization.yaml" | "kustomization.yml" | "Kustomization" => Some("kustomization"),
        "package.json" | "package-lock.json" | "tsconfig.json" | "composer.json" => Some("package metadata"),
        _ if place.chart.is_some() && (stem.starts_with("values") || stem.ends_with("values")) => Some("Helm values"),
        _ => None,
    }
}

/// Kinds that configure tools rather than a cluster.
pub(super) fn by_kind(api_version: &str, kind: &str) -> Option<&'static str> {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    match (group, kind) {
        ("", "Config") => Some("kubeconfig"),
        ("kustomize.config.k8s.io", _) => Some("kustomization"),
        ("skaffold", "Config") => Some("skaffold configuration"),
        _ => None,
    }
}

/// What a document without apiVersion and kind looks like.
pub(super) fn by_shape(place: &Place<'_>, tree: &Tree, root: NodeId) -> &'static str {
    match tree.data(root) {
        Data::Seq { .. } => list_shape(tree, root),
        _ => map_shape(place, tree, root),
    }
}

fn list_shape(tree: &Tree, root: NodeId) -> &'static str {
    let has = |keys: &[&str]| {
        let items = tree.items(root);
        !items.is_empty() && items.iter().all(|n| keys.iter().all(|k| tree.get(*n, k).is_some()))
    };
    if has(&["op", "path"]) {
        "JSON patch"
    } else if has(&["hosts"]) {
        "Ansible playbook"
    } else if has(&["containerDefinitions"]) {
        "ECS task definition"
    } else {
        "list without objects"
    }
}

fn map_shape(place: &Place<'_>, tree: &Tree, root: NodeId) -> &'static str {
    let has = |keys: &[&str]| keys.iter().all(|k| tree.get(root, k).is_some());
    let is_map = |key: &str| tree.get(root, key).is_some_and(|n| tree.is_map(n));
    let name = place.name();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if tree.entries(root).is_empty() {
        "empty document"
    } else if has(&["containerDefinitions"]) {
        "ECS task definition"
    } else if has(&["openapi"]) || has(&["swagger"]) {
        "OpenAPI description"
    } else if has(&["$schema"]) || has(&["$defs"]) || (has(&["type"]) && is_map("properties")) {
        "JSON schema"
    } else if has(&["AWSTemplateFormatVersion"]) || has_resource_types(tree, root) {
        "CloudFormation template"
    } else if is_map("services") {
        "Docker Compose file"
    // `on` is a boolean to YAML 1.1, hence a key "true".
    } else if is_map("jobs") && (has(&["on"]) || has(&["true"])) {
        "GitHub Actions workflow"
    } else if is_map("runs") && has(&["name"]) {
        "GitHub action"
    } else if name.ends_with("gitlab-ci.yml") || has_ci_jobs(tree, root) {
        "GitLab CI file"
    } else if has(&["jobs", "workflows"]) || has(&["trigger", "pool"]) || has(&["pipelines", "image"]) {
        "CI file"
    } else if has(&["version", "updates"]) || has(&["repos"]) {
        "repository configuration"
    } else if has(&["scrape_configs"]) || (has(&["groups"]) && tree.entries(root).len() == 1) {
        "Prometheus configuration"
    } else if is_map("contents") && (has(&["entrypoint"]) || has(&["accounts"]) || has(&["archs"])) {
        "apko configuration"
    } else if is_map("package") && has(&["pipeline"]) {
        "melange configuration"
    } else if has(&["resources"]) && !is_map("resources") {
        "kustomization"
    } else if stem.starts_with("values") || stem.ends_with("values") || looks_like_values(tree, root) {
        "Helm values"
    } else if has(&["name", "version"]) {
        "package metadata"
    } else {
        "no apiVersion and kind"
    }
}

/// `Resources` of which each has a `Type` such as `AWS::S3::Bucket`.
fn has_resource_types(tree: &Tree, root: NodeId) -> bool {
    let resources = tree.get(root, "Resources").map_or(&[][..], |n| tree.entries(n));
    resources.iter().any(|e| tree.str_at(e.value, "Type").is_some_and(|t| t.contains("::")))
}

/// Jobs of GitLab: maps with a `script`.
fn has_ci_jobs(tree: &Tree, root: NodeId) -> bool {
    let has_script = tree.entries(root).iter().any(|e| tree.get(e.value, "script").is_some());
    has_script || (tree.get(root, "stages").is_some() && tree.get(root, "include").is_some())
}

/// What charts call their settings.
fn looks_like_values(tree: &Tree, root: NodeId) -> bool {
    const USUAL: [&str; 9] = [
        "replicaCount",
        "nameOverride",
        "fullnameOverride",
        "imagePullSecrets",
        "podAnnotations",
        "nodeSelector",
        "serviceAccount",
        "ingress",
        "autoscaling",
    ];
    USUAL.iter().filter(|k| tree.get(root, k).is_some()).count() >= 2
}

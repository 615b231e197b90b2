//! The collector against a real API server: what it reads, what it says it read, and what it says it could not.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod support;

use kube_audit::model::inventory::Completeness;
use kube_audit::source::cluster::{Collected, ConnectError, Item, Options, Silent, collect, preflight, snapshot};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Once;
use support::server::{self, ADMIN, NOBODY, PARTIAL, READER, Server};

fn kinds(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

fn options(kubeconfig: PathBuf) -> Options {
    Options { kubeconfig: Some(kubeconfig), ..Options::default() }
}

fn run(options: &Options, names: &[&str]) -> (Collected, Vec<Item>) {
    let mut items = Vec::new();
    let collected = collect(
        options,
        &kinds(names),
        &mut |i| {
            items.push(i);
            true
        },
        &Silent,
    )
    .unwrap();
    items.sort();
    (collected, items)
}

fn status(collected: &Collected, kind: &str) -> Completeness {
    collected.rows.iter().find(|r| r.shown() == kind).unwrap_or_else(|| panic!("no row for {kind}")).status
}

fn pod_spec(image: &str) -> Value {
    json!({"containers": [{"name": "app", "image": image}]})
}

/// What the tests look at: 1,200 ConfigMaps, and two namespaces with a Deployment, its ReplicaSets and its pods.
fn filled() -> Option<&'static Server> {
    static ONCE: Once = Once::new();
    let server = server::shared()?;
    ONCE.call_once(|| {
        for ns in ["many", "web", "db", "api"] {
            server.namespace(ns);
        }
        let many = (0..1200).map(|i| {
            let body = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": format!("c{i:04}")}, "data": {"k": "v"}});
            ("/api/v1/namespaces/many/configmaps".to_owned(), body)
        });
        server.create_many(many.collect());
        owned(server, "web", 3);
        owned(server, "db", 2);
        server.create(
            "/api/v1/namespaces/web/secrets",
            &json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s1"}, "stringData": {"password": "hunter2-in-secret"}}),
        );
        bind(server, "reader", "", &[("", "pods"), ("", "namespaces"), ("apps", "deployments")]);
        bind(server, "partial", "web", &[("", "pods"), ("", "services")]);
        bind(server, "partial", "", &[("", "namespaces")]);
    });
    Some(server)
}

/// Lets a user list resources, in a namespace or everywhere.
fn bind(server: &Server, user: &str, namespace: &str, resources: &[(&str, &str)]) {
    let rules: Vec<Value> =
        resources.iter().map(|(g, r)| json!({"apiGroups": [g], "resources": [r], "verbs": ["get", "list"]})).collect();
    let (prefix, kind) = if namespace.is_empty() { ("", "Cluster") } else { (namespace, "") };
    let base = if prefix.is_empty() {
        "/apis/rbac.authorization.k8s.io/v1".to_owned()
    } else {
        format!("/apis/rbac.authorization.k8s.io/v1/namespaces/{prefix}")
    };
    let name = format!("{user}-{prefix}x");
    let low = kind.to_lowercase();
    server.create(
        &format!("{base}/{low}roles"),
        &json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": format!("{kind}Role"), "metadata": {"name": name}, "rules": rules}),
    );
    server.create(
        &format!("{base}/{low}rolebindings"),
        &json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": format!("{kind}RoleBinding"), "metadata": {"name": name},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": format!("{kind}Role"), "name": name},
            "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}]}),
    );
}

/// Deployment -> ReplicaSet -> pods, as its controller would make them; one pod has a sidecar, one old ReplicaSet has none.
fn owned(server: &Server, ns: &str, pods: usize) {
    let labels = json!({"app": "x"});
    let base = format!("/apis/apps/v1/namespaces/{ns}");
    let template = json!({"metadata": {"labels": labels}, "spec": pod_spec("registry.example/app:1")});
    let of = |api: &str, kind: &str, owner: &Value| json!([{"apiVersion": api, "kind": kind, "name": owner["metadata"]["name"], "uid": owner["metadata"]["uid"], "controller": true}]);
    let deployment = server.create(
        &format!("{base}/deployments"),
        &json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "front"},
            "spec": {"replicas": pods, "selector": {"matchLabels": labels}, "template": template}}),
    );
    let replica_set = |name: &str, replicas: usize, image: &str| {
        let template = json!({"metadata": {"labels": labels}, "spec": pod_spec(image)});
        server.create(
            &format!("{base}/replicasets"),
            &json!({"apiVersion": "apps/v1", "kind": "ReplicaSet",
                "metadata": {"name": name, "ownerReferences": of("apps/v1", "Deployment", &deployment)},
                "spec": {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}}),
        )
    };
    let current = replica_set("front-2", pods, "registry.example/app:1");
    replica_set("front-1", 0, "registry.example/app:0");
    for i in 0..pods {
        let mut spec = pod_spec("registry.example/app:1");
        if i == 0 && ns == "web" {
            spec["containers"].as_array_mut().unwrap().push(json!({"name": "proxy", "image": "mesh:1"}));
        }
        server.create(
            &format!("/api/v1/namespaces/{ns}/pods"),
            &json!({"apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": format!("front-2-{i}"), "labels": labels, "ownerReferences": of("apps/v1", "ReplicaSet", &current)},
                "spec": spec}),
        );
    }
    server.create(
        &format!("/api/v1/namespaces/{ns}/pods"),
        &json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "alone"}, "spec": pod_spec("registry.example/alone:1")}),
    );
}

#[test]
fn reads_everything_it_is_asked_for() {
    let Some(server) = filled() else { return };
    let names = [
        "ConfigMap",
        "Namespace",
        "Workload",
        "rbac.authorization.k8s.io/ClusterRole",
        "Gadget",
        "x.example/Gadget",
        "Secret",
    ];
    let (collected, items) = run(&options(server.kubeconfig(ADMIN)), &names);
    assert!(collected.server.version.starts_with("v1."), "{:?}", collected.server);
    assert_eq!(collected.server.user, "admin");
    assert!(collected.server.groups.contains(&"system:masters".to_owned()));
    assert!(collected.gaps.is_empty(), "{:?}", collected.gaps);
    for kind in ["ConfigMap", "Namespace", "Pod", "Deployment", "ReplicaSet", "ClusterRole"] {
        assert_eq!(status(&collected, kind), Completeness::Complete, "{kind}");
    }
    assert_eq!(status(&collected, "Gadget"), Completeness::Absent);
    assert_eq!(status(&collected, "x.example/Gadget"), Completeness::Absent);
    assert_eq!(status(&collected, "Secret"), Completeness::Skipped);
    let many = items.iter().filter(|i| &*i.kind == "ConfigMap" && i.namespace == "many").count();
    assert_eq!(many, 1200);
    let row = collected.rows.iter().find(|r| r.kind == "ConfigMap").unwrap();
    assert!(row.pages >= 12, "{} pages of 100", row.pages);
    for item in &items {
        let value: Value = serde_json::from_slice(&item.bytes).unwrap();
        assert_eq!(
            (value["apiVersion"].as_str(), value["kind"].as_str()),
            (Some(&*item.api_version), Some(&*item.kind))
        );
        assert_eq!(value["metadata"]["name"].as_str(), Some(item.name.as_str()));
        assert!(value["metadata"].get("managedFields").is_none());
    }
    let coverage = collected.coverage();
    assert_eq!(coverage.of("Workload").0, Completeness::Complete);
    assert_eq!(coverage.of("apps/Deployment").0, Completeness::Complete);
    assert_eq!(coverage.of("rbac.authorization.k8s.io/ClusterRole").0, Completeness::Complete);
    assert_eq!(coverage.of("Service").0, Completeness::Outside);
}

#[test]
fn owners_speak_for_what_they_made() {
    let Some(server) = filled() else { return };
    let (collected, items) = run(&options(server.kubeconfig(ADMIN)), &["Pod", "apps/ReplicaSet", "apps/Deployment"]);
    let named = |kind: &str, ns: &str| -> Vec<&str> {
        items.iter().filter(|i| &*i.kind == kind && i.namespace == ns).map(|i| i.name.as_str()).collect()
    };
    assert_eq!(named("Deployment", "web"), ["front"]);
    assert!(named("ReplicaSet", "web").is_empty());
    assert_eq!(named("Pod", "db"), ["alone"]);
    assert_eq!(named("Pod", "web"), ["alone", "front-2-0"], "the pod with a sidecar is not its template");
    let web = collected.folding.owned.iter().find(|o| o.namespace == "web").unwrap();
    assert_eq!((&*web.kind, web.name.as_str(), web.pods), ("Deployment", "front", 3));
    let drift: Vec<_> = collected.folding.drift.iter().filter(|d| d.owner.contains("web/")).collect();
    assert_eq!(drift.len(), 1, "{drift:?}");
    assert_eq!(drift[0].differences, ["container proxy added"]);
    assert!(collected.notes.iter().any(|n| n.contains("container proxy added")));
    assert_eq!(collected.rows.iter().find(|r| r.kind == "Pod").unwrap().items, 7);
    // Owners out of sight: nothing is folded, nothing is lost.
    let (collected, items) = run(&options(server.kubeconfig(ADMIN)), &["Pod"]);
    assert_eq!(items.len(), 7);
    assert!(collected.folding.owned.is_empty());
}

#[test]
fn waiting_on_disk_changes_nothing() {
    let Some(server) = filled() else { return };
    let kinds = ["Workload"];
    let (_, items) = run(&options(server.kubeconfig(ADMIN)), &kinds);
    let directory = tempfile::tempdir().unwrap();
    let spilling = Options {
        max_memory: 0,
        concurrency: 16,
        temporary: directory.path().to_owned(),
        ..options(server.kubeconfig(ADMIN))
    };
    assert_eq!(run(&spilling, &kinds).1, items);
    let full = Options { temporary: "/nonexistent".into(), ..spilling };
    let (collected, more) = run(&full, &kinds);
    assert!(more.len() >= items.len() && items.iter().all(|i| more.contains(i)));
    assert!(collected.gaps.is_empty(), "what could not wait was audited on its own");
}

#[test]
fn refusals_are_denied_and_never_complete() {
    let Some(server) = filled() else { return };
    let (collected, items) =
        run(&options(server.kubeconfig(READER)), &["Pod", "Deployment", "Service", "NetworkPolicy", "ClusterRole"]);
    assert_eq!(status(&collected, "Pod"), Completeness::Complete);
    assert_eq!(status(&collected, "Deployment"), Completeness::Complete);
    for kind in ["Service", "NetworkPolicy", "ClusterRole"] {
        assert_eq!(status(&collected, kind), Completeness::Denied, "{kind}");
        let gap = collected.gaps.iter().find(|g| &*g.what == kind).unwrap();
        assert_eq!(&*gap.reason, "denied");
        assert!(gap.detail.contains("403") && gap.detail.contains("allow list on"), "{}", gap.detail);
    }
    assert!(items.iter().any(|i| &*i.kind == "Pod"));
    let (collected, items) = run(&options(server.kubeconfig(NOBODY)), &["Pod", "Namespace"]);
    assert!(items.is_empty());
    assert_eq!(status(&collected, "Pod"), Completeness::Denied);
    assert_eq!(collected.server.user, "nobody");
}

#[test]
fn namespaces_are_tried_when_the_cluster_is_refused() {
    let Some(server) = filled() else { return };
    let (collected, items) = run(&options(server.kubeconfig(PARTIAL)), &["Pod", "ConfigMap", "ClusterRole"]);
    let row = collected.rows.iter().find(|r| r.kind == "Pod").unwrap();
    assert_eq!(
        (row.status, row.namespaces.as_slice()),
        (Completeness::Partial, &["web".to_owned()][..]),
        "{}",
        row.reason
    );
    assert!(items.iter().all(|i| i.namespace == "web") && items.len() == 4);
    assert_eq!(status(&collected, "ConfigMap"), Completeness::Denied);
    assert!(collected.gaps.iter().any(|g| &*g.what == "Pod" && &*g.reason == "partial"));
}

#[test]
fn chosen_namespaces_are_a_choice_and_no_gap() {
    let Some(server) = filled() else { return };
    let chosen = Options { namespaces: vec!["web".into(), "db".into()], ..options(server.kubeconfig(ADMIN)) };
    let (collected, items) = run(&chosen, &["Pod", "Namespace", "ClusterRole", "apps/Deployment", "apps/ReplicaSet"]);
    assert_eq!(status(&collected, "Pod"), Completeness::Partial);
    assert_eq!(status(&collected, "ClusterRole"), Completeness::Complete);
    assert!(collected.gaps.is_empty(), "{:?}", collected.gaps);
    let namespaces: Vec<_> = items.iter().filter(|i| &*i.kind == "Namespace").map(|i| i.name.as_str()).collect();
    assert_eq!(namespaces, ["db", "web"]);
    let wrong = Options { namespaces: vec!["wep".into()], ..options(server.kubeconfig(ADMIN)) };
    let error = collect(&wrong, &kinds(&["Pod"]), &mut |_| true, &Silent).unwrap_err();
    assert!(error.to_string().contains("did you mean web?"), "{error}");
}

#[test]
fn secrets_come_without_values_and_only_when_asked_for() {
    let Some(server) = filled() else { return };
    let asked = Options { secrets: true, ..options(server.kubeconfig(ADMIN)) };
    let (collected, items) = run(&asked, &["Secret"]);
    assert_eq!(status(&collected, "Secret"), Completeness::Complete);
    let secret = items.iter().find(|i| i.name == "s1").unwrap();
    let value: Value = serde_json::from_slice(&secret.bytes).unwrap();
    assert_eq!(value["type"], "Opaque");
    assert!(value.get("data").is_none());
    assert!(items.iter().all(|i| !String::from_utf8_lossy(&i.bytes).contains("hunter2")));
}

#[test]
fn preflight_asks_before_reading() {
    let Some(server) = filled() else { return };
    let table = preflight(
        &options(server.kubeconfig(READER)),
        &kinds(&["Pod", "Service", "apps/Deployment", "Gadget", "Secret"]),
    )
    .unwrap();
    let allowed = |kind: &str| table.permissions.iter().find(|p| p.kind == kind).map(|p| p.allowed);
    assert_eq!(allowed("Pod"), Some(true));
    assert_eq!(allowed("Deployment"), Some(true));
    assert_eq!(allowed("Service"), Some(false));
    assert_eq!(allowed("Secret"), Some(false));
    assert_eq!(allowed("Gadget"), None);
    assert_eq!(table.server.user, "reader");
    let web = Options { namespaces: vec!["web".into()], ..options(server.kubeconfig(PARTIAL)) };
    let table = preflight(&web, &kinds(&["Pod"])).unwrap();
    assert_eq!((table.permissions[0].namespace.as_str(), table.permissions[0].allowed), ("web", true));
}

#[test]
fn somebody_else_can_be_impersonated() {
    let Some(server) = filled() else { return };
    let masked = Options {
        impersonate_user: Some("reader".into()),
        impersonate_groups: vec!["g1".into()],
        ..options(server.kubeconfig(ADMIN))
    };
    let (collected, _) = run(&masked, &["Pod", "Service"]);
    assert_eq!(collected.server.user, "reader");
    assert!(collected.server.groups.contains(&"g1".to_owned()));
    assert_eq!(status(&collected, "Service"), Completeness::Denied);
    let refused = Options { impersonate_user: Some("admin".into()), ..options(server.kubeconfig(READER)) };
    let error = collect(&refused, &kinds(&["Pod"]), &mut |_| true, &Silent).unwrap_err();
    assert!(matches!(error, ConnectError::Impersonation { .. }), "{error}");
}

#[test]
fn snapshots_give_back_what_was_collected() {
    let Some(server) = filled() else { return };
    let directory = tempfile::tempdir().unwrap();
    for name in ["s.jsonl", "s.jsonl.gz", "s.jsonl.zst"] {
        let path = directory.path().join(name);
        let saving = Options {
            save: Some(path.clone()),
            date: "2026-01-01T00:00:00Z".into(),
            ..options(server.kubeconfig(READER))
        };
        let (collected, items) = run(&saving, &["Workload", "Namespace", "Service"]);
        let snapshot = snapshot::read_snapshot(&path).unwrap();
        assert_eq!(snapshot.header.rows, collected.rows);
        assert_eq!(snapshot.header.gaps, collected.gaps);
        assert_eq!(snapshot.header.server, collected.server);
        assert_eq!(snapshot.header.items, items.len() as u64);
        assert_eq!(snapshot.header.coverage().of("Service"), collected.coverage().of("Service"));
        let mut again: Vec<Item> = snapshot.map(|i| i.unwrap()).collect();
        again.sort();
        assert_eq!(again, items, "{name}");
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - whole.len() / 4]).unwrap();
        let cut = snapshot::read_snapshot(&path).map(|s| s.filter_map(Result::err).count());
        assert!(matches!(cut, Err(_) | Ok(1..)), "{name}: a file that was cut off is noticed");
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left behind");
        std::fs::remove_file(&path).unwrap();
    }
}

#[test]
fn the_caller_can_stop() {
    let Some(server) = filled() else { return };
    let mut seen = 0;
    let stop = |_: Item| {
        seen += 1;
        seen < 10
    };
    let mut stop = stop;
    let collected =
        collect(&options(server.kubeconfig(ADMIN)), &kinds(&["ConfigMap", "Pod"]), &mut stop, &Silent).unwrap();
    assert_eq!(seen, 10);
    assert!(collected.rows.iter().any(|r| r.status == Completeness::Failed && r.reason == "the run was stopped"));
}

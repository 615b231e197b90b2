//! `audit cluster` against a real API server: the same verdicts as from files, snapshots, what may not be read.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use assert_cmd::Command;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use support::server::{ADMIN, NOBODY, Server, shared};
use tempfile::TempDir;

fn run(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("audit"));
    let output = command.current_dir(dir).args(args).output().unwrap();
    let text = |b: Vec<u8>| String::from_utf8_lossy(&b).into_owned();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn json_of(dir: &Path, args: &[&str]) -> (i32, Value) {
    let (code, out, err) = run(dir, &[args, &["--no-config", "-o", "json"]].concat());
    (code, serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}{err}")))
}

fn pod(namespace: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "bad", "namespace": namespace},
        "spec": {"hostPID": true, "containers": [{"name": "app", "image": "registry.example.com/app:1.0", "securityContext": {"privileged": true}}]}
    })
}

/// Pods are refused without their account, which no controller makes here.
fn namespace(server: &Server, name: &str) {
    server.namespace(name);
    let account =
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": name}});
    server.create(&format!("/api/v1/namespaces/{name}/serviceaccounts"), &account);
    server.create(&format!("/api/v1/namespaces/{name}/pods"), &pod(name));
}

/// Failures of one pod: check and pointer.
fn failures(report: &Value, name: &str) -> BTreeSet<String> {
    let objects = report["objects"].as_array().unwrap();
    let results = report["results"].as_array().unwrap().iter();
    let of_pod = results.filter(|r| {
        let object = &objects[r["object"].as_u64().unwrap() as usize];
        object["kind"] == "Pod" && object["name"] == name && r["outcome"] == "fail"
    });
    let findings = of_pod.flat_map(|r| r["findings"].as_array().unwrap().iter().map(move |f| (r, f)));
    findings.map(|(r, f)| format!("{} {}", r["check"], f["pointer"])).collect()
}

#[test]
fn a_cluster_a_snapshot_and_a_file_give_the_same_verdicts() {
    let Some(server) = shared() else { return };
    namespace(server, "cli-parity");
    let dir = TempDir::new().unwrap();
    let kubeconfig = server.kubeconfig(ADMIN).display().to_string();
    let live = ["cluster", "--kubeconfig", &kubeconfig, "-n", "cli-parity", "--group", "workload"];
    let (code, cluster) = json_of(dir.path(), &[&live[..], &["--save", "c.snapshot"]].concat());
    assert_eq!(code, 1);
    let found = failures(&cluster, "bad");
    assert!(found.iter().any(|f| f.contains("privileged-container")), "{found:?}");
    assert_eq!(cluster["run"]["source"], "cluster");
    assert!(cluster["run"]["kubernetes_version"].as_str().unwrap().starts_with("1."), "{}", cluster["run"]);

    let (code, snapshot) = json_of(dir.path(), &["scan", "c.snapshot", "--group", "workload"]);
    assert_eq!(code, 1);
    for part in ["objects", "results", "coverage", "gaps"] {
        assert_eq!(snapshot[part], cluster[part], "{part}");
    }
    let (code, _, err) = run(dir.path(), &["scan", "c.snapshot", ".", "--no-config"]);
    assert_eq!(code, 2);
    assert!(err.contains("is a snapshot of a cluster; audit it alone"), "{err}");

    let stored = server.send("GET", "/api/v1/namespaces/cli-parity/pods/bad", &Value::Null).json();
    std::fs::write(dir.path().join("pod.json"), stored.to_string()).unwrap();
    let version = cluster["run"]["kubernetes_version"].as_str().unwrap();
    let args = ["scan", "pod.json", "--group", "workload", "--kubernetes-version", version];
    let (_, file) = json_of(dir.path(), &args);
    let of_file = failures(&file, "bad");
    assert!(of_file.is_subset(&found), "a file knows less, never more: {:?}", of_file.difference(&found));
}

#[test]
fn what_may_not_be_read_is_told() {
    let Some(server) = shared() else { return };
    let dir = TempDir::new().unwrap();
    let kubeconfig = server.kubeconfig(NOBODY).display().to_string();
    let (code, report) = json_of(dir.path(), &["cluster", "--kubeconfig", &kubeconfig, "--check", "host-pid"]);
    assert_eq!(code, 2);
    assert!(!report["gaps"].as_array().unwrap().is_empty());
    assert_eq!(report["summary"]["percent"], Value::Null, "nothing assessed is no score");
    let (code, out, _) =
        run(dir.path(), &["cluster", "--kubeconfig", &kubeconfig, "--no-config", "--preflight", "--check", "host-pid"]);
    assert_eq!(code, 2);
    assert!(out.contains("as nobody") && out.contains("no   Pod"), "{out}");
    let admin = server.kubeconfig(ADMIN).display().to_string();
    let args =
        ["cluster", "--kubeconfig", &admin, "--no-config", "--preflight", "--check", "host-pid", "-n", "default"];
    let (code, out, err) = run(dir.path(), &args);
    assert_eq!(code, 0, "{out}{err}");
}

#[test]
fn no_connection_is_one_sentence() {
    let dir = TempDir::new().unwrap();
    let (code, out, err) = run(dir.path(), &["cluster", "--kubeconfig", "nowhere", "--no-config"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.starts_with("audit: cannot read kubeconfig nowhere"), "{err}");
    let text = "apiVersion: v1\nkind: Config\ncurrent-context: a\ncontexts: [{name: a, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: \"http://127.0.0.1:1\"}}]\nusers: [{name: u, user: {}}]\n";
    std::fs::write(dir.path().join("k"), text).unwrap();
    let (code, _, err) = run(dir.path(), &["cluster", "--kubeconfig", "k", "--no-config"]);
    assert_eq!(code, 2);
    assert!(err.starts_with("audit: ") && err.contains("127.0.0.1:1"), "{err}");
    let (code, _, err) = run(dir.path(), &["cluster", "--kubeconfig", "k", "--context", "b", "--no-config"]);
    assert_eq!(code, 2);
    assert!(err.contains("kubeconfig has no context b"), "{err}");
}

#[test]
fn permissions_are_told_live_and_from_a_snapshot() {
    let Some(server) = shared() else { return };
    server.namespace("cli-rbac");
    let role = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "pods", "namespace": "cli-rbac"},
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["create"]}]});
    let binding = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {"name": "ci", "namespace": "cli-rbac"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "pods"},
        "subjects": [{"kind": "ServiceAccount", "name": "ci", "namespace": "cli-rbac"}]});
    let rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/cli-rbac";
    server.create(&format!("{rbac}/roles"), &role);
    server.create(&format!("{rbac}/rolebindings"), &binding);
    let account =
        json!({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "ci", "namespace": "cli-rbac"}});
    server.create("/api/v1/namespaces/cli-rbac/serviceaccounts", &account);
    let dir = TempDir::new().unwrap();
    let kubeconfig = server.kubeconfig(ADMIN).display().to_string();
    let save = ["cluster", "--kubeconfig", &kubeconfig, "--group", "rbac", "--save", "c.snapshot.gz", "--no-config"];
    assert_ne!(run(dir.path(), &save).0, 2);
    let mut answers = Vec::new();
    for from in [["--kubeconfig", &kubeconfig], ["-f", "c.snapshot.gz"]] {
        let ask = |args: &[&str]| -> (i32, Value) {
            let (code, out, err) = run(dir.path(), &[&["rbac"], args, &from, &["-o", "json"]].concat());
            (code, serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}{err}")))
        };
        let (code, who) = ask(&["who-can", "create", "pods", "-n", "cli-rbac"]);
        assert_eq!((code, &who["known"]["complete"]), (0, &json!(true)));
        assert!(who["grants"].as_array().unwrap().iter().any(|g| g["binding"] == "RoleBinding/cli-rbac/ci"), "{who}");
        let (code, what) = ask(&["what-can", "ServiceAccount/cli-rbac/ci"]);
        assert_eq!(code, 0);
        assert_eq!(what["primitives"][0]["namespace"], "cli-rbac");
        answers.push((who["grants"].clone(), what["rules"].clone(), what["primitives"].clone()));
        let (code, _, err) =
            run(dir.path(), &[&["rbac", "what-can", "ServiceAccount/cli-rbac/co"], &from[..]].concat());
        assert_eq!(code, 2);
        assert!(err.contains("there is no service account co in namespace cli-rbac"), "{err}");
    }
    assert_eq!(answers[0], answers[1]);
    // Who may not list bindings cannot tell who is bound.
    let nobody = server.kubeconfig(NOBODY).display().to_string();
    let (code, out, err) = run(dir.path(), &["rbac", "who-can", "create", "pods", "--kubeconfig", &nobody]);
    assert_eq!(code, 2, "{out}");
    assert!(err.contains("not completely known: ClusterRole"), "{err}");
}

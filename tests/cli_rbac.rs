//! `audit rbac` as a person meets it, on files and snapshots; on a live cluster see `cli_cluster.rs`.
#![allow(clippy::unwrap_used, missing_docs)]

use assert_cmd::Command;
use serde_json::{Value, json};
use std::path::Path;
use tempfile::TempDir;

const RIGHTS: &str = "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: keys, labels: {rbac.authorization.k8s.io/aggregate-to-edit: 'true'}}
rules:
- {apiGroups: [''], resources: [configmaps], verbs: [get]}
- {apiGroups: [''], resources: [secrets], verbs: [get, watch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: developers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: devs}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: tls, namespace: web}
rules: [{apiGroups: [''], resources: [secrets], resourceNames: [cert, key], verbs: [get]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: tls, namespace: web}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: tls}
subjects: [{kind: ServiceAccount, name: proxy, namespace: web}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: scrape}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: system:monitoring}
subjects: [{kind: ServiceAccount, name: prometheus, namespace: monitoring}]
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: proxy, namespace: web}}
";

fn run(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("audit"));
    let output = command.current_dir(dir).arg("rbac").args(args).output().unwrap();
    let text = |b: Vec<u8>| String::from_utf8(b).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn prepared() -> TempDir {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("rights.yaml"), RIGHTS).unwrap();
    dir
}

fn answer(dir: &Path, args: &[&str]) -> Value {
    let (code, out, err) = run(dir, &[args, &["-f", "rights.yaml", "-o", "json"]].concat());
    assert_eq!(code, 0, "{err}");
    serde_json::from_str(&out).unwrap()
}

/// Subjects of an answer that are no part of Kubernetes itself, with namespace and names.
fn granted(answer: &Value) -> Vec<Value> {
    let grants = answer["grants"].as_array().unwrap().iter();
    let ours = grants.filter(|g| {
        let subject = g["subject"].as_str().unwrap();
        !subject.contains("system:") && !subject.contains("/kube-system/")
    });
    ours.cloned().collect()
}

#[test]
fn who_can_shows_binding_and_role() {
    let dir = prepared();
    let everywhere = answer(dir.path(), &["who-can", "get", "secrets"]);
    assert_eq!(
        granted(&everywhere),
        [
            json!({"subject": "Group/devs", "namespace": null, "names": [], "binding": "ClusterRoleBinding/developers", "role": "ClusterRole/edit",
                   "origin": "ClusterRole/keys", "rule": 1}),
            json!({"subject": "ServiceAccount/web/proxy", "namespace": "web", "names": ["cert", "key"], "binding": "RoleBinding/web/tls",
                   "role": "Role/web/tls", "origin": "Role/web/tls", "rule": 0}),
        ]
    );
    assert_eq!(
        everywhere["request"],
        json!({"verb": "get", "group": "", "resource": "secrets", "namespace": null, "name": null})
    );
    assert_eq!(everywhere["known"]["complete"], false, "files are not a cluster");
    let who = |args: &[&str]| -> Vec<String> {
        let answer = answer(dir.path(), &[&["who-can"], args].concat());
        granted(&answer).iter().map(|g| g["subject"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(who(&["get", "secrets", "-n", "shop"]), ["Group/devs"]);
    assert_eq!(who(&["get", "secrets", "-n", "web", "--name", "cert"]), ["Group/devs", "ServiceAccount/web/proxy"]);
    assert_eq!(who(&["get", "secrets", "-n", "web", "--name", "other"]), ["Group/devs"]);
    assert_eq!(who(&["watch", "secret"]), ["Group/devs"]);
    assert_eq!(who(&["create", "deployments.apps/status"]), Vec::<String>::new());
    assert_eq!(who(&["update", "deploy/scale"]), ["Group/devs"], "what Kubernetes itself gives to edit");
    assert_eq!(who(&["get", "/metrics"]), ["ServiceAccount/monitoring/prometheus"]);
    assert_eq!(who(&["*", "*"]), Vec::<String>::new());
    assert_eq!(who(&["get", "nodes"]), Vec::<String>::new());

    let (code, out, err) = run(dir.path(), &["who-can", "get", "secrets", "-f", "rights.yaml"]);
    assert_eq!(code, 0);
    assert!(err.contains("not in these files"), "{err}");
    let line = |word: &str| {
        let line = out.lines().find(|l| l.contains(word)).unwrap_or_else(|| panic!("{word}: {out}"));
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let devs = "Group devs cluster all ClusterRoleBinding/developers ClusterRole/edit, by aggregation of ClusterRole/keys rules[1]";
    assert_eq!(line("Group devs"), devs);
    let proxy = "ServiceAccount web/proxy namespace web cert, key RoleBinding/web/tls Role/web/tls rules[0]";
    assert_eq!(line("web/proxy"), proxy);
    assert_eq!(
        out.lines().next().unwrap().split_whitespace().collect::<Vec<_>>(),
        ["SUBJECT", "WHERE", "OBJECTS", "BINDING", "ROLE"]
    );
}

#[test]
fn what_can_shows_rules_and_what_they_lead_to() {
    let dir = prepared();
    let proxy = answer(dir.path(), &["what-can", "ServiceAccount/web/proxy"]);
    let rules = proxy["rules"].as_array().unwrap();
    let own: Vec<&Value> = rules.iter().filter(|r| r["namespace"] == "web").collect();
    assert_eq!(
        own,
        [
            &json!({"namespace": "web", "rule": {"apiGroups": [""], "resourceNames": ["cert", "key"], "resources": ["secrets"], "verbs": ["get"]},
                "binding": "RoleBinding/web/tls", "role": "Role/web/tls", "origin": "Role/web/tls", "index": 0, "by": "ServiceAccount/web/proxy"})
        ]
    );
    assert!(rules.iter().any(|r| r["by"] == "Group/system:authenticated"), "what everybody may is his, too");
    assert!(proxy["identities"].as_array().unwrap().contains(&json!("Group/system:serviceaccounts:web")));
    let same = answer(dir.path(), &["what-can", "system:serviceaccount:web:proxy", "-n", "web"]);
    assert_eq!(same["rules"], proxy["rules"]);
    let elsewhere = answer(dir.path(), &["what-can", "ServiceAccount/web/proxy", "-n", "shop"]);
    assert!(elsewhere["rules"].as_array().unwrap().iter().all(|r| r["namespace"].is_null()));

    let jane = answer(dir.path(), &["what-can", "User/jane"]);
    let member = answer(dir.path(), &["what-can", "User/jane", "--group", "devs"]);
    assert!(jane["rules"].as_array().unwrap().len() < member["rules"].as_array().unwrap().len());
    assert_eq!(jane["primitives"], json!([]));
    let lead = &member["primitives"][0];
    assert_eq!(lead["namespace"], Value::Null);
    assert!(lead["names"].as_array().unwrap().contains(&json!("create-pods")), "{lead}");
    assert!(lead["takeover"].is_string());
    let master = answer(dir.path(), &["what-can", "Group/system:masters"]);
    assert_eq!(master["everything"], true);

    let (code, out, _) = run(dir.path(), &["what-can", "Group/devs", "-f", "rights.yaml"]);
    assert_eq!(code, 0);
    assert!(out.contains("by aggregation of ClusterRole/keys rules[1]"), "{out}");
    assert!(
        out.lines().any(|l| l.starts_with("in the cluster: ") && l.contains("controls the cluster: may ")),
        "{out}"
    );
}

#[test]
fn mistakes_are_told() {
    let dir = prepared();
    let says = |args: &[&str], words: &str| {
        let (code, out, err) = run(dir.path(), args);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}: {err}");
        assert!(err.contains(words), "{args:?}: {err}");
    };
    says(&["who-can", "get", "secretz", "-f", "rights.yaml"], "did you mean \"secrets\"");
    says(&["who-can", "get", "nodes", "-n", "web", "-f", "rights.yaml"], "are in no namespace");
    says(&["who-can", "get", "/metrics", "-n", "web", "-f", "rights.yaml"], "neither namespace nor name");
    says(&["what-can", "jane", "-f", "rights.yaml"], "write ServiceAccount/NAMESPACE/NAME");
    says(&["who-can", "get", "pods", "--kubeconfig", "nowhere"], "cannot read kubeconfig nowhere");
    // What cannot be read may hold the binding that matters.
    std::fs::write(dir.path().join("broken.yaml"), "kind: [").unwrap();
    let args = ["who-can", "get", "pods", "-f", "broken.yaml", "-f", "rights.yaml"];
    let (code, out, err) = run(dir.path(), &args);
    assert_eq!(code, 2);
    assert!(out.contains("Group devs") && err.contains("cannot read broken.yaml"), "{out}{err}");
    assert_eq!(run(dir.path(), &[&args[..], &["--allow-incomplete"]].concat()).0, 0);
}

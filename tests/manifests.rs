//! What `manifests/` ships: nothing in it fails our own audit, the role is that of the checks, and a real API server takes all of it.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use assert_cmd::Command;
use base64::Engine;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use support::custom::{collection, define};
use support::http;
use support::proxy::{Fault, Proxy};
use support::server::{ADMIN, Server};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn run(args: &[&str]) -> (i32, String, String) {
    let output = Command::new(assert_cmd::cargo::cargo_bin!("audit")).current_dir(root()).args(args).output().unwrap();
    let text = |b: Vec<u8>| String::from_utf8(b).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// Checks that fail, with the objects.
fn failures(report: &Value) -> BTreeSet<(String, String)> {
    let results = report["results"].as_array().unwrap().iter().filter(|r| r["outcome"] == "fail");
    let object = |r: &Value| &report["objects"][r["object"].as_u64().unwrap() as usize];
    results
        .map(|r| {
            let o = object(r);
            let name = format!("{} {}/{}", o["kind"], o["namespace"], o["name"]).replace('"', "");
            (r["check"].as_str().unwrap().to_owned(), name)
        })
        .collect()
}

#[test]
fn our_own_audit_finds_nothing_in_them() {
    for complete in [false, true] {
        let flag = format!("--complete={complete}");
        let (code, out, err) = run(&["scan", "manifests", "--no-config", "-o", "json", "--fail-on", "low", &flag]);
        assert_eq!((code, err.as_str()), (0, ""), "{out}");
        let report: Value = serde_json::from_str(&out).unwrap();
        assert!(report["summary"]["objects"].as_u64().unwrap() >= 17);
        let mut expected = BTreeSet::new();
        if complete {
            // A verifier of image signatures belongs to the cluster, not to us.
            expected.insert(("admission-image-provenance-missing".to_owned(), "Cluster /cluster".to_owned()));
        }
        assert_eq!(failures(&report), expected, "complete: {complete}");
        // The opt-in that can read Secrets says so itself; nothing else asks for indulgence.
        let waived: Vec<&Value> = report["results"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|r| r["outcome"] == "waived")
            .map(|r| &r["check"])
            .collect();
        assert_eq!(waived, ["rbac-read-secrets-cluster"]);
    }
}

#[test]
fn the_role_is_what_the_checks_need() {
    let path = root().join("manifests/cluster-role.yaml");
    let (code, now, err) = run(&["rbac", "role", "--no-config"]);
    assert_eq!((code, err.as_str()), (0, ""));
    if std::env::var_os("AUDIT_BLESS").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let shipped = std::fs::read_to_string(&path).unwrap();
    assert_eq!(shipped, now, "run AUDIT_BLESS=1 cargo test --test manifests");
    let words: Vec<&str> = shipped.lines().filter_map(|l| l.trim().strip_prefix("- ")).collect();
    for bad in ["secrets", "nodes/proxy", "*"] {
        assert!(!words.contains(&bad), "the role says {bad}");
    }
    let verbs: BTreeSet<&str> = shipped.lines().filter(|l| l.contains("verbs")).collect();
    assert_eq!(verbs, BTreeSet::from(["  verbs: [list]"]));
    let (_, more, _) = run(&["rbac", "role", "--no-config", "--secrets"]);
    let added: Vec<&str> = more.lines().filter(|l| !now.lines().any(|n| n == *l)).collect();
    assert_eq!(added, ["  - secrets"]);
    let (_, less, _) = run(&["rbac", "role", "--no-config", "--check", "host-pid", "--role-name", "pods"]);
    assert!(less.contains("name: pods\n") && less.lines().count() < 30, "{less}");
    // Who asks for permissions needs all of roles and bindings, whatever else it looks at.
    let (_, rights, _) = run(&["rbac", "role", "--no-config", "--check", "workload-sa-takeover-rights"]);
    for resource in ["clusterrolebindings", "clusterroles", "rolebindings", "roles", "serviceaccounts"] {
        assert!(rights.contains(&format!("  - {resource}\n")), "{resource} is missing: {rights}");
    }
    let (code, _, err) = run(&["rbac", "role", "--no-config", "--role-name", "a: b"]);
    assert_eq!(code, 2);
    assert!(err.contains("use letters, digits"), "{err}");
}

fn documents(file: &Path) -> Vec<Value> {
    let (code, out, err) = run(&["parse", file.to_str().unwrap()]);
    assert_eq!(code, 0, "{err}");
    out.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// Files to apply, in the order of the kustomization, then the one-shot Job and the add-ons.
fn files() -> Vec<PathBuf> {
    let base = root().join("manifests");
    let listed = |dir: &Path| -> Vec<PathBuf> {
        let text = std::fs::read_to_string(dir.join("kustomization.yaml")).unwrap();
        let resources = text.split("resources:\n").nth(1).unwrap().lines().map_while(|l| l.strip_prefix("- "));
        resources.map(|name| dir.join(name)).collect()
    };
    let mut all = listed(&base);
    all.push(base.join("once/job.yaml"));
    all.extend(listed(&base.join("add-ons/report")));
    all.extend(listed(&base.join("add-ons/secrets")));
    all
}

#[test]
fn every_manifest_is_listed_and_pinned() {
    let mut found = BTreeSet::new();
    for dir in ["", "once", "add-ons/report", "add-ons/secrets"] {
        for entry in std::fs::read_dir(root().join("manifests").join(dir)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "yaml") && !path.ends_with("kustomization.yaml") {
                found.insert(path);
            }
        }
    }
    assert_eq!(found, files().into_iter().collect());
    let image = format!("ghcr.io/kube-audit/audit:{}", env!("CARGO_PKG_VERSION"));
    let pod_of =
        |file: &str, steps: &str| documents(&root().join("manifests").join(file))[0].pointer(steps).unwrap().clone();
    let scheduled = pod_of("cron-job.yaml", "/spec/jobTemplate/spec/template");
    assert_eq!(scheduled, pod_of("once/job.yaml", "/spec/template"), "both run the same pod");
    assert_eq!(scheduled["spec"]["containers"][0]["image"], image);
    let apko = std::fs::read_to_string(root().join("manifests/image/apko.yaml")).unwrap();
    assert!(apko.contains(&format!("audit@local={}-r0", env!("CARGO_PKG_VERSION"))));
}

/// What this server does not serve, because it is off by default or of another time: the only rules that it cannot show to be used.
const NOT_SERVED: [&str; 5] = [
    "certificates.k8s.io/clustertrustbundles",
    "coordination.k8s.io/leasecandidates",
    "policy/podsecuritypolicies",
    "resource.k8s.io/devicetaintrules",
    "storagemigration.k8s.io/storageversionmigrations",
];

/// `group/plural` of every rule of the shipped role.
fn allowed() -> BTreeSet<String> {
    let role = &documents(&root().join("manifests/cluster-role.yaml"))[0];
    let rules = role["rules"].as_array().unwrap().iter();
    rules
        .flat_map(|rule| {
            assert_eq!(rule["verbs"], json!(["list"]));
            let group = rule["apiGroups"][0].as_str().unwrap().to_owned();
            rule["resources"].as_array().unwrap().iter().map(move |r| format!("{group}/{}", r.as_str().unwrap()))
        })
        .collect()
}

/// `group/plural` of every list that was asked for.
fn listed(proxy: &Proxy) -> BTreeSet<String> {
    let seen = proxy.seen.lock().unwrap();
    let lists = seen.iter().filter(|t| t.contains("limit="));
    lists
        .map(|target| {
            let path: Vec<&str> = target.split('?').next().unwrap().trim_start_matches('/').split('/').collect();
            match path.as_slice() {
                ["api", _, plural] => format!("/{plural}"),
                ["apis", group, _, plural] => format!("{group}/{plural}"),
                other => panic!("not a list of a whole cluster: {other:?}"),
            }
        })
        .collect()
}

fn token(server: &Server, account: &str) -> String {
    let path = format!("/api/v1/namespaces/kube-audit/serviceaccounts/{account}/token");
    let body =
        json!({"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}});
    server.create(&path, &body)["status"]["token"].as_str().unwrap().to_owned()
}

/// Everything is created as the server has it, nothing is dropped, warned of or refused; then the audit runs with the shipped account.
#[test]
fn a_real_server_takes_them_and_their_rights_suffice_and_are_used() {
    let Some(server) = Server::start() else { return };
    define(&server, &BTreeMap::new());
    for object in files().iter().flat_map(|f| documents(f)) {
        let path = format!("{}?fieldValidation=Strict", collection(&object));
        let body = object.to_string();
        let send = |path: &str| {
            let answer = http::request(server.port, ADMIN, "POST", path, "application/json", body.as_bytes()).unwrap();
            assert_eq!(answer.status, 201, "POST {path}: {}", String::from_utf8_lossy(&answer.body));
            assert!(!answer.head.to_lowercase().contains("warning:"), "POST {path}: {}", answer.head);
            answer.json()
        };
        if object["kind"] != "Namespace" {
            send(&format!("{path}&dryRun=All"));
        }
        send(&path);
    }
    // The pod itself: here the namespace's level is enforced, not only warned of.
    let template = &documents(&root().join("manifests/once/job.yaml"))[0]["spec"]["template"];
    let mut pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "audit", "namespace": "kube-audit"}, "spec": template["spec"]});
    let pods = "/api/v1/namespaces/kube-audit/pods?fieldValidation=Strict&dryRun=All";
    assert_eq!(server.send("POST", pods, &pod).status, 201);
    pod["spec"]["containers"][0]["securityContext"]["allowPrivilegeEscalation"] = json!(true);
    let refused = server.send("POST", pods, &pod);
    assert_eq!(refused.status, 403, "the level is enforced");

    let proxy = Proxy::start(server.port, Box::new(|_, _| Fault::None));
    let kubeconfig = server.write_kubeconfig(&proxy.url(), &token(&server, "kube-audit"), "").display().to_string();
    let settings = server.directory.path().join("audit.yaml");
    let map = &documents(&root().join("manifests/settings.yaml"))[0];
    std::fs::write(&settings, map["data"]["audit.yaml"].as_str().unwrap()).unwrap();
    let settings = settings.display().to_string();
    // The settings that the CronJob mounts; the format is for this test.
    let args = ["cluster", "--kubeconfig", &kubeconfig, "--config", &settings];
    let (code, out, err) = run(&[&args[..], &["-o", "json"]].concat());
    let report: Value = serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}{err}"));
    assert_eq!(code, 0, "{:?} {err}", failures(&report));
    assert_eq!(report["gaps"], json!([]));
    let status = |word: &str| -> BTreeSet<&str> {
        let rows = report["coverage"].as_array().unwrap().iter();
        rows.filter(|r| r["status"] == word).map(|r| r["kind"].as_str().unwrap()).collect()
    };
    for bad in ["denied", "failed", "partial", "deadline", "mixed"] {
        assert!(status(bad).is_empty(), "{bad}: {:?}", status(bad));
    }
    assert_eq!(status("skipped"), BTreeSet::from(["Secret"]), "behind an opt-in, and no gap");
    assert!(report["summary"]["coverage"].as_f64().unwrap() > 90.0);
    // Exactly what is allowed is asked for, but for what this server does not have.
    let used = listed(&proxy);
    let unused: BTreeSet<String> = allowed().difference(&used).cloned().collect();
    assert_eq!(unused, NOT_SERVED.map(str::to_owned).into_iter().collect());
    assert!(used.is_subset(&allowed()), "not allowed: {:?}", used.difference(&allowed()).collect::<Vec<_>>());
    assert_eq!(proxy.count("/api/v1/secrets"), 0);

    // The table in the log of the Job.
    let (code, out, _) = run(&args);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("Score  "), "{out}");

    // The add-on reads Secrets and needs nothing else.
    let kubeconfig =
        server.write_kubeconfig(&proxy.url(), &token(&server, "kube-audit-secrets"), "").display().to_string();
    let args = ["cluster", "--kubeconfig", &kubeconfig, "--config", &settings, "--secrets", "-o", "json"];
    let (code, out, err) = run(&args);
    let report: Value = serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}{err}"));
    assert_eq!((code, &report["gaps"]), (0, &json!([])), "{:?}", failures(&report));
    assert!(report["coverage"].as_array().unwrap().iter().any(|r| r["kind"] == "Secret" && r["status"] == "complete"));
    assert!(proxy.count("/api/v1/secrets") > 0);

    published(&server, &proxy, &settings);
}

/// The add-on for the report: its right suffices for that one object and for no other.
fn published(server: &Server, proxy: &Proxy, settings: &str) {
    let as_account =
        |account: &str| server.write_kubeconfig(&proxy.url(), &token(server, account), "").display().to_string();
    let publish = |kubeconfig: &str, to: &str| {
        run(&["cluster", "--kubeconfig", kubeconfig, "--config", settings, "--publish", to])
    };
    let kubeconfig = as_account("kube-audit");
    let (code, out, err) = publish(&kubeconfig, "configmap/kube-audit/kube-audit-report");
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert_eq!(proxy.count("/api/v1/namespaces/kube-audit/configmaps/kube-audit-report"), 1);
    let stored = server.send("GET", "/api/v1/namespaces/kube-audit/configmaps/kube-audit-report", &Value::Null).json();
    let summary: Value = serde_json::from_str(stored["data"]["summary.json"].as_str().unwrap()).unwrap();
    assert_eq!((&summary["exit"], &summary["gaps"]), (&json!(0), &json!(0)));
    assert!(summary["summary"]["objects"].as_u64().unwrap() > 100, "{summary}");
    let packed = stored["binaryData"]["report.json.gz"].as_str().unwrap();
    let packed = base64::engine::general_purpose::STANDARD.decode(packed).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut text).unwrap();
    let path = server.directory.path().join("report.json");
    std::fs::write(&path, &text).unwrap();
    let (code, shown, err) = run(&["report", path.to_str().unwrap()]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(shown.contains("Score  "), "{shown}");

    // What was asked for and did not happen is no success, whatever the report says.
    let (code, out, err) = publish(&kubeconfig, "configmap/kube-audit/kube-audit");
    assert_eq!(code, 2);
    assert!(
        out.contains("Score  ") && err.contains("may not be changed") && err.contains("allow patch on it"),
        "{err}"
    );
    let admin = server.write_kubeconfig(&proxy.url(), ADMIN, "").display().to_string();
    let (code, _, err) = publish(&admin, "configmap/kube-audit/nowhere");
    assert_eq!(code, 2);
    assert!(err.contains("there is no ConfigMap nowhere in namespace kube-audit; create an empty one"), "{err}");
    let (code, _, err) = publish(&admin, "secret/x");
    assert_eq!(code, 2);
    assert!(err.contains("write configmap/NAME"), "{err}");
}

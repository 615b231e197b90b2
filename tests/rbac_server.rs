//! The RBAC index against a real API server: the table of built-in roles, and the answers of random permissions.
//!
//! Needs `kube-apiserver` and `etcd` (see `tests/cluster/README.md`) in `$KUBEBUILDER_ASSETS`, `$KUBE_AUDIT_TEST_ASSETS`, `target/test-assets` or
//! `$PATH`, and `openssl`; without them the tests say so and pass. `RBAC_BOOTSTRAP=write` writes the table anew.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stderr)]

use kube_audit::model::permissions::Request;
use kube_audit::rbac::{Index, Subject, bootstrap};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn program(name: &str) -> Option<PathBuf> {
    let from =
        ["KUBEBUILDER_ASSETS", "KUBE_AUDIT_TEST_ASSETS"].into_iter().filter_map(std::env::var_os).map(PathBuf::from);
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/test-assets");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all: Vec<PathBuf> = from.chain([built]).chain(std::env::split_paths(&path)).collect();
    all.into_iter().map(|d| d.join(name)).find(|p| p.is_file())
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

struct Server {
    children: Vec<Child>,
    _dir: tempfile::TempDir,
    client: kube::Client,
}

impl Drop for Server {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Server {
    async fn start() -> Option<Server> {
        let (Some(etcd), Some(api)) = (program("etcd"), program("kube-apiserver")) else {
            eprintln!("not run: kube-apiserver and etcd are not there");
            return None;
        };
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        let key = Command::new("openssl")
            .args(["genrsa", "-out"])
            .arg(at("sa.key"))
            .arg("2048")
            .stderr(Stdio::null())
            .status();
        if !key.is_ok_and(|s| s.success()) {
            eprintln!("not run: openssl is not there");
            return None;
        }
        std::fs::write(at("tokens.csv"), "secret,admin,1,\"system:masters\"\n").unwrap();
        let (store, peer, port) = (free_port(), free_port(), free_port());
        let url = format!("http://127.0.0.1:{store}");
        let quiet = |command: &mut Command| command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let etcd = quiet(
            Command::new(etcd)
                .args(["--unsafe-no-fsync", "--log-level", "error", "--data-dir"])
                .arg(at("etcd"))
                .args(["--listen-client-urls", &url, "--advertise-client-urls", &url])
                .args(["--listen-peer-urls", &format!("http://127.0.0.1:{peer}")]),
        );
        let api = quiet(
            Command::new(api)
                .args(["--etcd-servers", &url, "--bind-address", "127.0.0.1", "--secure-port", &port.to_string()])
                .args(["--authorization-mode", "RBAC", "--service-cluster-ip-range", "10.0.0.0/24"])
                .args(["--service-account-issuer", "https://kubernetes.default.svc", "--cert-dir"])
                .arg(at("certs"))
                .arg("--service-account-signing-key-file")
                .arg(at("sa.key"))
                .arg("--service-account-key-file")
                .arg(at("sa.key"))
                .arg("--token-auth-file")
                .arg(at("tokens.csv")),
        );
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut config = kube::Config::new(format!("https://127.0.0.1:{port}").parse().unwrap());
        config.accept_invalid_certs = true;
        config.auth_info.token = Some("secret".to_owned().into());
        let client = kube::Client::try_from(config).unwrap();
        let server = Server { children: vec![etcd, api], _dir: dir, client };
        let started = Instant::now();
        while server.get("/readyz").await.is_none() {
            assert!(started.elapsed() < Duration::from_secs(120), "the API server does not become ready");
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        Some(server)
    }

    async fn get(&self, path: &str) -> Option<String> {
        let request = http::Request::get(path).body(Vec::new()).unwrap();
        self.client.request_text(request).await.ok()
    }

    async fn list(&self, path: &str) -> Vec<Value> {
        let text = self.get(path).await.unwrap();
        serde_json::from_str::<Value>(&text).unwrap()["items"].as_array().unwrap().clone()
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        let request = http::Request::post(path)
            .header("Content-Type", "application/json")
            .body(body.to_string().into_bytes())
            .unwrap();
        let text = self.client.request_text(request).await.map_err(|e| e.to_string())?;
        Ok(serde_json::from_str(&text).unwrap())
    }

    async fn review(&self, user: &str, groups: &[&str], request: &Request<'_>) -> bool {
        let (resource, subresource) = request.resource.split_once('/').unwrap_or((request.resource, ""));
        let body = json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": {
            "user": user, "groups": groups,
            "resourceAttributes": {"verb": request.verb, "group": request.group, "resource": resource, "subresource": subresource,
                "namespace": request.namespace, "name": request.name},
        }});
        self.post("/apis/authorization.k8s.io/v1/subjectaccessreviews", &body).await.unwrap()["status"]["allowed"]
            == true
    }
}

const RBAC: &str = "/apis/rbac.authorization.k8s.io/v1";

fn plain(object: &Value, kind: &str) -> Value {
    let mut out = serde_json::Map::new();
    if let Some(rule) = object.get("aggregationRule") {
        out.insert("aggregationRule".into(), rule.clone());
    }
    out.insert("kind".into(), kind.into());
    let metadata = object["metadata"].as_object().unwrap();
    let kept =
        ["labels", "name", "namespace"].into_iter().filter_map(|k| Some((k.to_owned(), metadata.get(k)?.clone())));
    out.insert("metadata".into(), Value::Object(kept.collect()));
    if let Some(role) = object.get("roleRef") {
        out.insert("roleRef".into(), json!({"kind": role["kind"], "name": role["name"]}));
    }
    if let Some(rules) = object.get("rules").filter(|r| !r.is_null()) {
        out.insert("rules".into(), rules.clone());
    }
    if object.get("roleRef").is_some() {
        let of = |s: &Value| {
            let kept =
                ["kind", "name", "namespace"].into_iter().filter_map(|k| Some((k.to_owned(), s.get(k)?.clone())));
            Value::Object(kept.collect())
        };
        let subjects = object["subjects"].as_array().into_iter().flatten().map(of).collect::<Vec<_>>();
        out.insert("subjects".into(), subjects.into());
    }
    Value::Object(out)
}

#[tokio::test]
async fn the_built_in_roles_are_those_of_the_server() {
    let Some(server) = Server::start().await else { return };
    let mut found = Vec::new();
    for (kind, path) in [
        ("ClusterRole", "clusterroles"),
        ("ClusterRoleBinding", "clusterrolebindings"),
        ("Role", "roles"),
        ("RoleBinding", "rolebindings"),
    ] {
        found.extend(server.list(&format!("{RBAC}/{path}")).await.iter().map(|o| plain(o, kind)));
    }
    if std::env::var("RBAC_BOOTSTRAP").is_ok_and(|v| v == "write") {
        let lines: Vec<String> = found.iter().map(Value::to_string).collect();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rbac/bootstrap.json");
        std::fs::write(path, format!("[\n{}\n]\n", lines.join(",\n"))).unwrap();
        return;
    }
    for (ours, theirs) in bootstrap::objects().iter().zip(&found) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(bootstrap::objects().len(), found.len());
}

/// Draws from a list.
fn pick<T: Clone + std::fmt::Debug + 'static>(runner: &mut TestRunner, from: &[T]) -> T {
    proptest::sample::select(from.to_vec()).new_tree(runner).unwrap().current()
}

fn some(runner: &mut TestRunner, from: &[&'static str], least: usize) -> Vec<&'static str> {
    proptest::sample::subsequence(from.to_vec(), least..=2.max(least)).new_tree(runner).unwrap().current()
}

const VERBS: [&str; 5] = ["*", "get", "list", "create", "impersonate"];
const GROUPS: [&str; 3] = ["*", "", "apps"];
const RESOURCES: [&str; 8] = ["*", "pods", "pods/exec", "*/exec", "pods/*", "deployments", "namespaces", "nodes"];
const NAMES: [&str; 2] = ["one", "x"];
const NAMESPACES: [&str; 2] = ["one", "two"];

fn random_objects(runner: &mut TestRunner) -> Vec<Value> {
    let mut out = Vec::new();
    let rules = |runner: &mut TestRunner| -> Vec<Value> {
        (0..pick(runner, &[1, 2]))
            .map(|_| {
                let names = if pick(runner, &[true, false, false]) { some(runner, &NAMES, 1) } else { Vec::new() };
                json!({"verbs": some(runner, &VERBS, 1), "apiGroups": some(runner, &GROUPS, 1), "resources": some(runner, &RESOURCES, 1),
                       "resourceNames": names})
            })
            .collect()
    };
    let subjects = |runner: &mut TestRunner, cluster: bool| -> Vec<Value> {
        let mut all = vec![
            json!({"kind": "User", "name": "jane"}),
            json!({"kind": "User", "name": "system:serviceaccount:one:app"}),
            json!({"kind": "Group", "name": "system:serviceaccounts:two"}),
            json!({"kind": "Group", "name": "system:authenticated"}),
            json!({"kind": "ServiceAccount", "name": "app", "namespace": "two"}),
        ];
        if !cluster {
            all.push(json!({"kind": "ServiceAccount", "name": "app"}));
        }
        vec![pick(runner, &all), pick(runner, &all)]
    };
    for number in 0..12 {
        let name = format!("r{number}");
        out.push(json!({"kind": "ClusterRole", "metadata": {"name": name}, "rules": rules(runner)}));
        for namespace in NAMESPACES {
            out.push(
                json!({"kind": "Role", "metadata": {"name": name, "namespace": namespace}, "rules": rules(runner)}),
            );
        }
    }
    for number in 0..16 {
        let role = |kind: &str, runner: &mut TestRunner| json!({"kind": kind, "name": format!("r{}", pick(runner, &[0, 3, 5, 8, 11, 12]))});
        if number % 4 == 0 {
            out.push(json!({"kind": "ClusterRoleBinding", "metadata": {"name": format!("b{number}")}, "roleRef": role("ClusterRole", runner),
                            "subjects": subjects(runner, true)}));
        } else {
            let kind = pick(runner, &["Role", "ClusterRole"]);
            out.push(json!({"kind": "RoleBinding", "metadata": {"name": format!("b{number}"), "namespace": pick(runner, &NAMESPACES)},
                            "roleRef": role(kind, runner), "subjects": subjects(runner, false)}));
        }
    }
    out
}

#[tokio::test]
async fn random_permissions_are_answered_as_the_server_answers() {
    let Some(server) = Server::start().await else { return };
    let mut runner = TestRunner::deterministic();
    let objects = random_objects(&mut runner);
    for namespace in NAMESPACES {
        server.post("/api/v1/namespaces", &json!({"metadata": {"name": namespace}})).await.unwrap();
    }
    for object in &objects {
        let plural = format!("{}s", object["kind"].as_str().unwrap().to_lowercase());
        let path = match object["metadata"]["namespace"].as_str() {
            Some(namespace) => format!("{RBAC}/namespaces/{namespace}/{plural}"),
            None => format!("{RBAC}/{plural}"),
        };
        let mut body = object.clone();
        if let Some(role) = body.get_mut("roleRef") {
            role["apiGroup"] = "rbac.authorization.k8s.io".into();
        }
        server.post(&path, &body).await.unwrap();
    }
    // The authorizer reads from a cache: wait until it has seen the last object.
    let role = json!({"metadata": {"name": "last"}, "rules": [{"verbs": ["get"], "apiGroups": ["last"], "resources": ["last"]}]});
    server.post(&format!("{RBAC}/clusterroles"), &role).await.unwrap();
    let reference = json!({"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "last"});
    let binding =
        json!({"metadata": {"name": "last"}, "roleRef": reference, "subjects": [{"kind": "User", "name": "last"}]});
    server.post(&format!("{RBAC}/clusterrolebindings"), &binding).await.unwrap();
    let sentinel = Request { verb: "get", group: "last", resource: "last", namespace: "", name: "" };
    let started = Instant::now();
    while !server.review("last", &[], &sentinel).await {
        assert!(started.elapsed() < Duration::from_secs(30));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let index = Index::new(&objects);
    let callers: [(&str, &str, &[&str]); 3] = [
        ("User/jane", "jane", &["system:authenticated"]),
        (
            "ServiceAccount/one/app",
            "system:serviceaccount:one:app",
            &["system:serviceaccounts", "system:serviceaccounts:one", "system:authenticated"],
        ),
        (
            "ServiceAccount/two/app",
            "system:serviceaccount:two:app",
            &["system:serviceaccounts", "system:serviceaccounts:two", "system:authenticated"],
        ),
    ];
    let (mut yes, mut no) = (0, 0);
    for _ in 0..1500 {
        let (name, user, groups) = pick(&mut runner, &callers);
        let request = Request {
            verb: pick(&mut runner, &["get", "list", "create", "impersonate", "delete", "*"]),
            group: pick(&mut runner, &["", "apps", "batch"]),
            resource: pick(
                &mut runner,
                &["pods", "pods/exec", "pods/log", "deployments", "deployments/exec", "namespaces", "nodes"],
            ),
            namespace: pick(&mut runner, &["", "one", "two"]),
            name: pick(&mut runner, &["", "", "one", "x", "y"]),
        };
        let theirs = server.review(user, groups, &request).await;
        let ours = index.allowed(&Subject::parse(name).unwrap(), &request);
        assert_eq!(ours, theirs, "{name} {request:?}");
        if ours { yes += 1 } else { no += 1 }
    }
    assert!(yes > 150 && no > 150, "{yes} allowed, {no} not: too one-sided to mean anything");
}

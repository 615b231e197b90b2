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
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
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
        self.allowed(&body).await
    }

    async fn review_path(&self, user: &str, groups: &[&str], verb: &str, path: &str) -> bool {
        let body = json!({"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": {
            "user": user, "groups": groups, "nonResourceAttributes": {"verb": verb, "path": path},
        }});
        self.allowed(&body).await
    }

    async fn allowed(&self, review: &Value) -> bool {
        let answer = self.post("/apis/authorization.k8s.io/v1/subjectaccessreviews", review).await.unwrap();
        answer["status"]["allowed"] == true
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

const VERBS: [&str; 6] = ["*", "get", "list", "create", "impersonate", "deletecollection"];
const GROUPS: [&str; 4] = ["*", "", "apps", "batch"];
const RESOURCES: [&str; 9] =
    ["*", "pods", "pods/exec", "*/exec", "pods/*", "deployments", "namespaces", "nodes", "deployments/scale"];
const NAMES: [&str; 2] = ["one", "x"];
const URLS: [&str; 6] = ["*", "/healthz", "/debug/*", "/metrics", "/metrics*", "/api/*"];
/// Sets of random roles and bindings, each with namespaces and subjects of its own.
const SETS: usize = 8;
/// Questions about each.
const QUESTIONS: usize = 3100;

fn namespaces(set: usize) -> [String; 2] {
    [format!("one-{set}"), format!("two-{set}")]
}

fn random_objects(runner: &mut TestRunner, set: usize) -> Vec<Value> {
    let [one, two] = namespaces(set);
    let mut out = Vec::new();
    let rules = |runner: &mut TestRunner, cluster: bool| -> Vec<Value> {
        let number = pick(runner, &[1, 2]);
        let one = |runner: &mut TestRunner| {
            let names = if pick(runner, &[true, false, false]) { some(runner, &NAMES, 1) } else { Vec::new() };
            json!({"verbs": some(runner, &VERBS, 1), "apiGroups": some(runner, &GROUPS, 1), "resources": some(runner, &RESOURCES, 1),
                   "resourceNames": names})
        };
        let mut rules: Vec<Value> = (0..number).map(|_| one(runner)).collect();
        if cluster && pick(runner, &[true, false]) {
            rules.push(json!({"verbs": some(runner, &VERBS, 1), "nonResourceURLs": some(runner, &URLS, 1)}));
        }
        rules
    };
    let subjects = |runner: &mut TestRunner, cluster: bool| -> Vec<Value> {
        let mut all = vec![
            json!({"kind": "User", "name": format!("jane-{set}")}),
            json!({"kind": "User", "name": format!("system:serviceaccount:{one}:app")}),
            json!({"kind": "Group", "name": format!("system:serviceaccounts:{two}")}),
            json!({"kind": "Group", "name": format!("devs-{set}")}),
            json!({"kind": "ServiceAccount", "name": "app", "namespace": two}),
        ];
        if !cluster {
            all.push(json!({"kind": "ServiceAccount", "name": "app"}));
            all.push(json!({"kind": "Group", "name": "system:authenticated"}));
            all.push(json!({"kind": "Group", "name": "system:serviceaccounts"}));
        } else if set == 0 {
            // In one set only: it would let everybody do much in all the others.
            all.push(json!({"kind": "Group", "name": "system:unauthenticated"}));
            all.push(json!({"kind": "Group", "name": "system:authenticated"}));
        }
        vec![pick(runner, &all), pick(runner, &all)]
    };
    for number in 0..12 {
        let name = format!("r{set}-{number}");
        out.push(json!({"kind": "ClusterRole", "metadata": {"name": name}, "rules": rules(runner, true)}));
        for namespace in [&one, &two] {
            let metadata = json!({"name": name, "namespace": namespace});
            out.push(json!({"kind": "Role", "metadata": metadata, "rules": rules(runner, false)}));
        }
    }
    for number in 0..16 {
        // The last one names a role that does not exist.
        let role = |kind: &str, runner: &mut TestRunner| json!({"kind": kind, "name": format!("r{set}-{}", pick(runner, &[0, 3, 5, 8, 11, 12]))});
        let name = format!("b{set}-{number}");
        if number % 4 == 0 {
            out.push(
                json!({"kind": "ClusterRoleBinding", "metadata": {"name": name}, "roleRef": role("ClusterRole", runner),
                            "subjects": subjects(runner, true)}),
            );
        } else {
            let kind = pick(runner, &["Role", "ClusterRole"]);
            let namespace = pick(runner, &[one.clone(), two.clone()]);
            out.push(json!({"kind": "RoleBinding", "metadata": {"name": name, "namespace": namespace},
                            "roleRef": role(kind, runner), "subjects": subjects(runner, false)}));
        }
    }
    out
}

/// What a question says of who asks: our name for it, the user and the groups that the server is told.
struct Caller {
    subject: Subject,
    user: String,
    groups: Vec<String>,
}

fn callers(set: usize) -> Vec<Caller> {
    let [one, two] = namespaces(set);
    let account = |namespace: &str| Caller {
        subject: Subject::account(namespace, "app"),
        user: format!("system:serviceaccount:{namespace}:app"),
        groups: vec![
            "system:serviceaccounts".into(),
            format!("system:serviceaccounts:{namespace}"),
            "system:authenticated".into(),
        ],
    };
    let named = |subject: Subject, user: &str, groups: &[&str]| Caller {
        subject,
        user: user.to_owned(),
        groups: groups.iter().map(|g| (*g).to_owned()).collect(),
    };
    let (jane, devs) = (format!("jane-{set}"), format!("devs-{set}"));
    vec![
        named(Subject::user(&jane), &jane, &["system:authenticated"]),
        account(&one),
        account(&two),
        named(Subject::group(&devs), "", &[&devs, "system:authenticated"]),
        named(Subject::user("system:anonymous"), "system:anonymous", &["system:unauthenticated"]),
    ]
}

/// A question that owns its words.
struct Question {
    caller: usize,
    verb: &'static str,
    group: &'static str,
    resource: &'static str,
    namespace: String,
    name: &'static str,
    /// instead of a resource; empty = none
    path: &'static str,
}

impl Question {
    fn random(runner: &mut TestRunner, set: usize) -> Question {
        let [one, two] = namespaces(set);
        let verbs = ["get", "list", "create", "impersonate", "delete", "deletecollection", "*"];
        let resources = [
            "pods",
            "pods/exec",
            "pods/log",
            "deployments",
            "deployments/exec",
            "deployments/scale",
            "namespaces",
            "nodes",
            "jobs",
        ];
        let paths =
            ["/healthz", "/healthz/etcd", "/debug/pprof", "/debug", "/metrics", "/metrics/slis", "/api/v1", "/x"];
        let path = if pick(runner, &[true, false, false, false, false, false]) { pick(runner, &paths) } else { "" };
        Question {
            caller: pick(runner, &[0, 1, 2, 3, 4]),
            verb: pick(runner, &verbs),
            group: pick(runner, &["", "", "apps", "batch", "other.example"]),
            resource: pick(runner, &resources),
            namespace: pick(runner, &[String::new(), one, two]),
            name: pick(runner, &["", "", "one", "x", "y"]),
            path,
        }
    }

    fn request(&self) -> Request<'_> {
        let Question { verb, group, resource, namespace, name, .. } = self;
        Request { verb, group, resource, namespace, name }
    }
}

/// Waits until the authorizer, which reads from a cache, has seen the newest object of every kind.
async fn settle(server: &Server, set: usize) {
    let [_, two] = namespaces(set);
    let name = format!("last-{set}");
    let rules = json!([{"verbs": ["get"], "apiGroups": ["last"], "resources": ["last"]}]);
    let subjects = |user: &str| json!([{"kind": "User", "name": format!("{user}-{set}")}]);
    let reference = |kind: &str| json!({"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name});
    let objects = [
        ("clusterroles".to_owned(), json!({"metadata": {"name": name}, "rules": rules})),
        (format!("namespaces/{two}/roles"), json!({"metadata": {"name": name}, "rules": rules})),
        (
            "clusterrolebindings".to_owned(),
            json!({"metadata": {"name": name}, "roleRef": reference("ClusterRole"), "subjects": subjects("everywhere")}),
        ),
        (
            format!("namespaces/{two}/rolebindings"),
            json!({"metadata": {"name": name}, "roleRef": reference("Role"), "subjects": subjects("there")}),
        ),
    ];
    for (path, body) in &objects {
        server.post(&format!("{RBAC}/{path}"), body).await.unwrap();
    }
    let started = Instant::now();
    for user in ["everywhere", "there"] {
        let sentinel = Request { verb: "get", group: "last", resource: "last", namespace: &two, name: "" };
        while !server.review(&format!("{user}-{set}"), &[], &sentinel).await {
            assert!(started.elapsed() < Duration::from_secs(30));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_permissions_are_answered_as_the_server_answers() {
    let Some(server) = Server::start().await else { return };
    let server = Arc::new(server);
    let mut runner = TestRunner::deterministic();
    let mut objects = Vec::new();
    for set in 0..SETS {
        for namespace in namespaces(set) {
            server.post("/api/v1/namespaces", &json!({"metadata": {"name": namespace}})).await.unwrap();
        }
        for object in random_objects(&mut runner, set) {
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
            objects.push(object);
        }
        settle(&server, set).await;
    }
    let index = Arc::new(Index::new(&objects));
    let questions: Vec<(usize, Question)> =
        (0..SETS * QUESTIONS).map(|n| (n % SETS, Question::random(&mut runner, n % SETS))).collect();
    let resources = questions.iter().filter(|(_, q)| q.path.is_empty()).count();
    let (count, questions) = (questions.len(), Arc::new(questions));
    let next = Arc::new(AtomicUsize::new(0));
    let started = Instant::now();
    let mut lanes = tokio::task::JoinSet::new();
    for _ in 0..24 {
        let (server, index, questions, next) = (server.clone(), index.clone(), questions.clone(), next.clone());
        lanes.spawn(async move {
            let everybody: Vec<Vec<Caller>> = (0..SETS).map(callers).collect();
            let (mut yes, mut no) = (0, 0);
            while let Some((set, question)) = questions.get(next.fetch_add(1, Ordering::Relaxed)) {
                let caller = &everybody[*set][question.caller];
                let groups: Vec<&str> = caller.groups.iter().map(String::as_str).collect();
                let request = question.request();
                let (ours, theirs) = if question.path.is_empty() {
                    let ours = index.allowed(&caller.subject, &request);
                    let granted = index.who_can(&request);
                    let listed = granted.iter().any(|g| caller.subject.identities().contains(&g.subject));
                    assert_eq!(ours, listed, "who_can says otherwise of {} {request:?}", caller.subject);
                    (ours, server.review(&caller.user, &groups, &request).await)
                } else {
                    let theirs = server.review_path(&caller.user, &groups, question.verb, question.path).await;
                    (index.allowed_url(&caller.subject, question.verb, question.path), theirs)
                };
                assert_eq!(ours, theirs, "{} {} {request:?}", caller.subject, question.path);
                if ours { yes += 1 } else { no += 1 }
            }
            (yes, no)
        });
    }
    let (mut yes, mut no) = (0, 0);
    while let Some(lane) = lanes.join_next().await {
        let (y, n) = lane.unwrap();
        (yes, no) = (yes + y, no + n);
    }
    assert_eq!(yes + no, count);
    assert!(
        resources >= 20_000 && yes > count / 10 && no > count / 10,
        "{resources} for resources, {yes} yes, {no} no: too few or too one-sided to mean anything"
    );
    eprintln!(
        "{count} questions ({resources} for resources), {yes} yes, {no} no, no disagreement; {:.1} s",
        started.elapsed().as_secs_f64()
    );
}

//! How long a large cluster takes, beside plain paged GETs of the same lists. Not a test:
//! `OWNERS=1000 cargo test --release --test cluster_scale -- --ignored --nocapture`; `AUDIT` names another program to measure.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod support;

use serde_json::{Value, json};
use std::time::Instant;
use support::http;
use support::proxy::{Fault, Proxy};
use support::server::{ADMIN, Server};
use wait4::Wait4;

fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
}

fn template(labels: &Value) -> Value {
    let env: Vec<Value> = (0..20)
        .map(|i| json!({"name": format!("SETTING_{i}"), "value": format!("value number {i} of this application")}))
        .collect();
    json!({"metadata": {"labels": labels}, "spec": {"containers": [
        {"name": "app", "image": "registry.example/app:1", "env": env, "resources": {"requests": {"cpu": "10m"}}},
        {"name": "side", "image": "registry.example/side:1", "env": env}]}})
}

#[test]
#[ignore = "a measurement"]
fn thousand_owners() {
    let Some(server) = Server::start() else { return };
    let owners: usize = std::env::var("OWNERS").ok().and_then(|n| n.parse().ok()).unwrap_or(200);
    for ns in 0..10 {
        server.namespace(&format!("n{ns}"));
    }
    let start = Instant::now();
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if i >= owners {
                        break;
                    }
                    let (ns, labels) = (format!("n{}", i % 10), json!({"app": format!("a{i}")}));
                    let of = |kind: &str, o: &Value| {
                        json!([{"apiVersion": "apps/v1", "kind": kind, "name": o["metadata"]["name"], "uid": o["metadata"]["uid"], "controller": true}])
                    };
                    let spec = json!({"selector": {"matchLabels": labels}, "replicas": 10, "template": template(&labels)});
                    let d = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": format!("a{i}")}, "spec": spec});
                    let d = server.create(&format!("/apis/apps/v1/namespaces/{ns}/deployments"), &d);
                    let service = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": format!("a{i}")},
                        "spec": {"clusterIP": "None", "selector": labels, "ports": [{"port": 80}]}});
                    server.create(&format!("/api/v1/namespaces/{ns}/services"), &service);
                    if i.is_multiple_of(20) {
                        let policy = json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
                            "metadata": {"name": format!("a{i}")},
                            "spec": {"podSelector": {"matchLabels": labels}, "policyTypes": ["Ingress"]}});
                        server.create(&format!("/apis/networking.k8s.io/v1/namespaces/{ns}/networkpolicies"), &policy);
                        let binding = json!({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
                            "metadata": {"name": format!("a{i}")},
                            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
                            "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": ns}]});
                        let path = format!("/apis/rbac.authorization.k8s.io/v1/namespaces/{ns}/rolebindings");
                        server.create(&path, &binding);
                    }
                    let r = json!({"apiVersion": "apps/v1", "kind": "ReplicaSet", "spec": spec,
                        "metadata": {"name": format!("a{i}-1"), "ownerReferences": of("Deployment", &d)}});
                    let r = server.create(&format!("/apis/apps/v1/namespaces/{ns}/replicasets"), &r);
                    for p in 0..10 {
                        let mut pod = template(&labels);
                        pod["apiVersion"] = json!("v1");
                        pod["kind"] = json!("Pod");
                        pod["metadata"]["name"] = json!(format!("a{i}-1-{p}"));
                        pod["metadata"]["ownerReferences"] = of("ReplicaSet", &r);
                        server.create(&format!("/api/v1/namespaces/{ns}/pods"), &pod);
                    }
                }
            });
        }
    });
    eprintln!("loaded {owners} owners in {:.1} s", start.elapsed().as_secs_f64());
    let kubeconfig = server.kubeconfig(ADMIN);
    let get = |path: &str| http::request(server.port, ADMIN, "GET", path, "", b"").unwrap().body;
    rounds(&kubeconfig, &get);
}

/// A list of `count` generated items, a page of it.
fn page(target: &str, kind: &str, count: usize, item: &dyn Fn(usize) -> String) -> Fault {
    let number = |key: &str| {
        let query = target.split_once('?').map_or("", |(_, q)| q);
        let value = query.split('&').find_map(|p| p.strip_prefix(key)?.strip_prefix('='));
        value.and_then(|v| v.parse::<usize>().ok())
    };
    let from = number("continue").unwrap_or(0);
    let to = (from + number("limit").unwrap_or(500)).min(count);
    let more = match count - to {
        0 => String::new(),
        left => format!(",\"continue\":\"{to}\",\"remainingItemCount\":{left}"),
    };
    let items: Vec<String> = (from..to).map(item).collect();
    let body = format!(
        "{{\"kind\":\"{kind}\",\"apiVersion\":\"v1\",\"metadata\":{{\"resourceVersion\":\"1\"{more}}},\"items\":[{}]}}",
        items.join(",")
    );
    Fault::Answer(200, "Content-Type: application/json\r\n".to_owned(), body)
}

#[test]
#[ignore = "a measurement"]
fn hundred_thousand_pods() {
    let Some(server) = Server::start() else { return };
    let pods: usize = std::env::var("PODS").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let text = template(&json!({"app": "aAPP"})).to_string();
    let meta = |i: usize, name: &str, owner: &str| {
        format!("{{\"name\":\"{name}\",\"namespace\":\"n{}\",\"uid\":\"{name}\"{owner}}}", i % 100)
    };
    let owned = |kind: &str, name: &str| {
        format!(
            ",\"ownerReferences\":[{{\"apiVersion\":\"apps/v1\",\"kind\":\"{kind}\",\"name\":\"{name}\",\"uid\":\"{name}\",\"controller\":true}}]"
        )
    };
    let (pod, owner) = (text.clone(), text);
    let rule = move |target: &str, _: u32| {
        let path = target.split('?').next().unwrap_or("");
        let app = |text: &str, i: usize| text.replace("aAPP", &format!("a{i}"));
        match path {
            "/api/v1/pods" => page(target, "PodList", pods, &|i| {
                let (owner, name) = (i / 10, format!("a{}-1-{}", i / 10, i % 10));
                let meta = meta(owner, &name, &owned("ReplicaSet", &format!("a{owner}-1")));
                let spec = app(&pod, owner);
                let spec = spec.split_once("\"spec\":").map_or("{}", |(_, s)| s.strip_suffix('}').unwrap_or("{}"));
                format!("{{\"metadata\":{meta},\"spec\":{spec}}}")
            }),
            "/apis/apps/v1/replicasets" | "/apis/apps/v1/deployments" => {
                let is_set = path.ends_with("replicasets");
                let kind = if is_set { "ReplicaSetList" } else { "DeploymentList" };
                page(target, kind, pods / 10, &|i| {
                    let name = if is_set { format!("a{i}-1") } else { format!("a{i}") };
                    let of = if is_set { owned("Deployment", &format!("a{i}")) } else { String::new() };
                    let meta = meta(i, &name, &of);
                    let template = app(&owner, i);
                    format!(
                        "{{\"metadata\":{meta},\"spec\":{{\"replicas\":10,\"selector\":{{\"matchLabels\":{{\"app\":\"a{i}\"}}}},\"template\":{template}}}}}"
                    )
                })
            }
            _ => Fault::None,
        }
    };
    let proxy = Proxy::start(server.port, Box::new(rule));
    let kubeconfig = server.write_kubeconfig(&proxy.url(), ADMIN, "");
    let get = |path: &str| {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(("127.0.0.1", proxy.port)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ADMIN}\r\n\r\n").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
        bytes.split_off(end + 4)
    };
    rounds(&kubeconfig, &get);
}

/// Runs `audit cluster` and plain GETs in turns.
fn rounds(kubeconfig: &std::path::Path, get: &dyn Fn(&str) -> Vec<u8>) {
    let report = tempfile::NamedTempFile::new().unwrap();
    let mut kinds: Vec<String> = Vec::new();
    for round in 0..3 {
        let started = Instant::now();
        let program = std::env::var_os("AUDIT").unwrap_or_else(|| assert_cmd::cargo::cargo_bin!("audit").into());
        let child = std::process::Command::new(program)
            .args(["cluster", "--no-config", "-o", "json", "--kubeconfig"])
            .arg(kubeconfig)
            .arg("--output")
            .arg(report.path())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap()
            .wait4()
            .unwrap();
        let wall = started.elapsed().as_secs_f64();
        let used = child.rusage.utime.as_secs_f64() + child.rusage.stime.as_secs_f64();
        let told: Value = serde_json::from_slice(&std::fs::read(report.path()).unwrap()).unwrap();
        if round == 0 {
            let rows = told["coverage"].as_array().unwrap();
            let listed = rows.iter().filter(|r| r["status"] == "complete");
            kinds = listed.map(|r| r["kind"].as_str().unwrap().to_owned()).collect();
        }
        eprintln!(
            "audit cluster: {wall:.2} s, {used:.2} s CPU, {} MiB; {} objects, {} results, {} gaps",
            child.rusage.maxrss >> 20,
            told["objects"].as_array().unwrap().len(),
            told["results"].as_array().unwrap().len(),
            told["gaps"].as_array().map_or(0, Vec::len),
        );
        floor(get, &kinds);
    }
}

/// Plain paged GETs of the same kinds.
fn floor(get: &dyn Fn(&str) -> Vec<u8>, kinds: &[String]) {
    let json = |path: &str| -> Value { serde_json::from_slice(&get(path)).unwrap() };
    let mut paths = vec!["/api/v1".to_owned()];
    for group in json("/apis")["groups"].as_array().unwrap() {
        paths.push(format!("/apis/{}", group["preferredVersion"]["groupVersion"].as_str().unwrap()));
    }
    let mut lists = Vec::new();
    for path in paths {
        for resource in json(&path)["resources"].as_array().unwrap() {
            let (name, kind) = (resource["name"].as_str().unwrap(), resource["kind"].as_str().unwrap());
            let is_listed = resource["verbs"].as_array().unwrap().iter().any(|v| v == "list");
            if is_listed && kinds.iter().any(|k| k.rsplit('/').next() == Some(kind)) {
                lists.push(format!("{path}/{name}"));
            }
        }
    }
    let (start, used) = (Instant::now(), cpu());
    let (mut pages, mut bytes) = (0, 0);
    for path in &lists {
        let mut token = String::new();
        loop {
            let answer = get(&format!("{path}?limit=500&continue={token}"));
            pages += 1;
            bytes += answer.len();
            let head = String::from_utf8_lossy(&answer[..answer.len().min(400)]).into_owned();
            token =
                head.split("\"continue\":\"").nth(1).and_then(|t| t.split('"').next()).unwrap_or_default().to_owned();
            if token.is_empty() {
                break;
            }
        }
    }
    eprintln!(
        "plain GETs: {:.2} s, {:.2} s CPU; {} kinds, {pages} pages, {:.1} MB",
        start.elapsed().as_secs_f64(),
        cpu() - used,
        lists.len(),
        bytes as f64 / 1e6,
    );
}

//! How long a large cluster takes, beside plain paged GETs of the same lists. Not a test: `cargo test --test cluster_scale -- --ignored --nocapture`.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod support;

use kube_audit::source::cluster::{Options, Silent, collect};
use serde_json::{Value, json};
use std::time::Instant;
use support::http;
use support::server::{ADMIN, Server};

fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().filter(|l| l.starts_with("VmHWM") || l.starts_with("VmRSS")).collect::<Vec<_>>().join(" ")
}

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
    eprintln!("loaded {owners} owners in {:.1} s; {}", start.elapsed().as_secs_f64(), memory());
    let (start, used) = (Instant::now(), cpu());
    let (mut pages, mut bytes) = (0, 0);
    for path in ["/api/v1/pods", "/apis/apps/v1/replicasets", "/apis/apps/v1/deployments"] {
        let mut token = String::new();
        loop {
            let url = format!("{path}?limit=500&continue={token}");
            let answer = http::request(server.port, ADMIN, "GET", &url, "", b"").unwrap();
            pages += 1;
            bytes += answer.body.len();
            let tail = String::from_utf8_lossy(&answer.body[..answer.body.len().min(400)]).into_owned();
            token =
                tail.split("\"continue\":\"").nth(1).and_then(|t| t.split('"').next()).unwrap_or_default().to_owned();
            if token.is_empty() {
                break;
            }
        }
    }
    eprintln!(
        "floor: {pages} pages, {:.1} MB, {:.2} s, {:.2} s CPU; {}",
        bytes as f64 / 1e6,
        start.elapsed().as_secs_f64(),
        cpu() - used,
        memory()
    );
    for concurrency in [1, 4] {
        let options = Options { kubeconfig: Some(server.kubeconfig(ADMIN)), concurrency, ..Options::default() };
        let (start, used) = (Instant::now(), cpu());
        let mut items = 0;
        let collected = collect(
            &options,
            &["Workload".to_owned()],
            &mut |_| {
                items += 1;
                true
            },
            &Silent,
        )
        .unwrap();
        eprintln!(
            "collect, {concurrency} lanes: {items} items, {} pods folded, {} requests, {:.1} MB, {:.2} s, {:.2} s CPU; {}; spilled {}",
            collected.folding.folded.get("Pod").copied().unwrap_or(0),
            collected.requests,
            collected.bytes as f64 / 1e6,
            start.elapsed().as_secs_f64(),
            cpu() - used,
            memory(),
            collected.folding.spilled
        );
        assert!(collected.gaps.is_empty());
    }
}

//! Pod Security Standards, against the library that Kubernetes itself uses: random pods, both levels, every version at which something changed;
//! and against the admission of a real API server.
//!
//! The oracle (`tests/cluster/pss`, built by `tests/cluster/build.sh`) links `k8s.io/pod-security-admission/policy`. Zero disagreements are allowed.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs)]

mod support;

use kube_audit::audit::{self, Job, Loaded, Settings};
use kube_audit::model::object::{ObjectId, Origin};
use kube_audit::model::tree::Tree;
use kube_audit::policy::builtin;
use kube_audit::policy::plan::Selection;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::process::{Command, Stdio};
use support::server::{Server, shared};

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 8) as usize % n
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick(&mut self, list: &[Value]) -> Value {
        list[self.below(list.len())].clone()
    }

    /// Sets a field with a chance of one in `n`.
    fn maybe(&mut self, n: usize, map: &mut Map<String, Value>, key: &str, list: &[Value]) {
        if self.one_in(n) {
            let value = self.pick(list);
            map.insert(key.into(), value);
        }
    }
}

fn bools() -> Vec<Value> {
    vec![true.into(), false.into(), Value::Null]
}

fn profile(r: &mut Random) -> Value {
    match r.below(9) {
        0 => Value::Null,
        1 => json!({}),
        2 => json!({"type": ""}),
        3 => json!({"type": "Unconfined"}),
        4 => json!({"type": "Localhost", "localhostProfile": "x"}),
        5 => json!({"type": "Localhost"}),
        _ => json!({"type": "RuntimeDefault"}),
    }
}

fn security(r: &mut Random, pod: bool) -> Value {
    let mut s = Map::new();
    r.maybe(2, &mut s, "runAsNonRoot", &[true.into(), true.into(), true.into(), false.into(), Value::Null]);
    r.maybe(4, &mut s, "runAsUser", &[0.into(), 1000.into(), 65532.into(), Value::Null]);
    if r.one_in(2) {
        s.insert("seccompProfile".into(), profile(r));
    }
    if r.one_in(6) {
        s.insert("appArmorProfile".into(), profile(r));
    }
    if r.one_in(6) {
        let mut o = Map::new();
        r.maybe(
            2,
            &mut o,
            "type",
            &[
                "container_t".into(),
                "container_init_t".into(),
                "container_kvm_t".into(),
                "container_engine_t".into(),
                "".into(),
                "spc_t".into(),
            ],
        );
        r.maybe(5, &mut o, "user", &["".into(), "u".into()]);
        r.maybe(5, &mut o, "role", &["".into(), "r".into()]);
        r.maybe(5, &mut o, "level", &["s0".into()]);
        s.insert("seLinuxOptions".into(), o.into());
    }
    if r.one_in(10) {
        s.insert(
            "windowsOptions".into(),
            r.pick(&[json!({}), json!({"hostProcess": true}), json!({"hostProcess": false}), Value::Null]),
        );
    }
    if pod {
        if r.one_in(6) {
            let names = [
                "kernel.shm_rmid_forced",
                "net.ipv4.ip_local_port_range",
                "net.ipv4.ip_local_reserved_ports",
                "net.ipv4.tcp_keepalive_time",
                "net.ipv4.tcp_rmem",
                "net.ipv4.tcp_wmem",
                "net.ipv4.tcp_slow_start_after_idle",
                "net.ipv4.tcp_notsent_lowat",
                "kernel.msgmax",
                "net.ipv4.tcp_syncookies",
                "",
            ];
            let list: Vec<Value> =
                (0..1 + r.below(2)).map(|_| json!({"name": names[r.below(names.len())], "value": "0"})).collect();
            s.insert("sysctls".into(), list.into());
        }
    } else {
        r.maybe(8, &mut s, "privileged", &bools());
        r.maybe(
            1,
            &mut s,
            "allowPrivilegeEscalation",
            &[false.into(), false.into(), false.into(), false.into(), true.into(), Value::Null],
        );
        r.maybe(
            10,
            &mut s,
            "procMount",
            &["Default".into(), "Unmasked".into(), "".into(), Value::Null, "Other".into()],
        );
        if !r.one_in(6) {
            let mut c = Map::new();
            r.maybe(
                1,
                &mut c,
                "drop",
                &[
                    json!(["ALL"]),
                    json!(["ALL"]),
                    json!(["ALL"]),
                    json!(["all"]),
                    json!(["NET_RAW"]),
                    json!([]),
                    json!(["ALL", "NET_RAW"]),
                    Value::Null,
                ],
            );
            r.maybe(
                5,
                &mut c,
                "add",
                &[
                    json!(["NET_BIND_SERVICE"]),
                    json!(["NET_BIND_SERVICE", "CHOWN"]),
                    json!(["SYS_ADMIN"]),
                    json!(["CAP_CHOWN"]),
                    json!([]),
                    json!(["chown"]),
                ],
            );
            s.insert("capabilities".into(), c.into());
        }
    }
    if r.one_in(12) { Value::Null } else { s.into() }
}

fn handler(r: &mut Random) -> Value {
    let host = |r: &mut Random| {
        r.pick(&[
            "".into(),
            "127.0.0.1".into(),
            "localhost".into(),
            "::1".into(),
            "example.com".into(),
            "10.0.0.1".into(),
            Value::Null,
        ])
    };
    let h = host(r);
    match r.below(3) {
        0 => json!({"httpGet": {"port": 80, "host": h}}),
        1 => json!({"tcpSocket": {"port": 80, "host": h}}),
        _ => json!({"exec": {"command": ["true"]}}),
    }
}

fn container(r: &mut Random, name: &str, ephemeral: bool) -> Value {
    let mut c = Map::new();
    c.insert("name".into(), name.into());
    c.insert("image".into(), "x:1".into());
    if !r.one_in(8) {
        c.insert("securityContext".into(), security(r, false));
    }
    if !ephemeral {
        if r.one_in(8) {
            c.insert(
                "ports".into(),
                r.pick(&[
                    json!([{"containerPort": 80}]),
                    json!([{"containerPort": 80, "hostPort": 80}]),
                    json!([{"containerPort": 80, "hostPort": 0}]),
                    json!([]),
                ]),
            );
        }
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            if r.one_in(12) {
                c.insert(probe.into(), handler(r));
            }
        }
        if r.one_in(12) {
            let (a, b) = (handler(r), handler(r));
            c.insert("lifecycle".into(), json!({"postStart": a, "preStop": b}));
        }
    }
    c.into()
}

fn pod(r: &mut Random) -> Value {
    let mut spec = Map::new();
    for field in ["hostPID", "hostIPC", "hostNetwork"] {
        r.maybe(14, &mut spec, field, &bools());
    }
    r.maybe(6, &mut spec, "hostUsers", &bools());
    r.maybe(
        6,
        &mut spec,
        "os",
        &[json!({"name": "windows"}), json!({"name": "linux"}), json!({"name": ""}), Value::Null],
    );
    if !r.one_in(4) {
        spec.insert("securityContext".into(), security(r, true));
    }
    for (list, most, least) in [("containers", 2, 1), ("initContainers", 2, 0), ("ephemeralContainers", 1, 0)] {
        let count = least + if r.one_in(3) { r.below(most + 1) } else { 0 };
        let items: Vec<Value> =
            (0..count).map(|i| container(r, &format!("{}{i}", &list[..1]), list == "ephemeralContainers")).collect();
        if !items.is_empty() {
            spec.insert(list.into(), items.into());
        }
    }
    if r.one_in(3) {
        let sources = [
            json!({"name": "a", "emptyDir": {}}),
            json!({"name": "b", "configMap": {"name": "x"}}),
            json!({"name": "c", "hostPath": {"path": "/"}}),
            json!({"name": "d", "nfs": {"server": "x", "path": "/"}}),
            json!({"name": "e", "csi": {"driver": "x"}}),
            json!({"name": "f", "ephemeral": {}}),
            json!({"name": "g", "projected": {"sources": []}}),
            json!({"name": "h", "persistentVolumeClaim": {"claimName": "x"}}),
            json!({"name": "i", "secret": {"secretName": "x"}}),
            json!({"name": "j", "downwardAPI": {}}),
            json!({"name": "k", "gitRepo": {"repository": "x"}}),
            json!({"name": "l", "image": {"reference": "x"}}),
            json!({"name": "m", "hostPath": null, "emptyDir": {}}),
            json!({"name": "n", "iscsi": {"targetPortal": "x", "iqn": "y", "lun": 0}}),
        ];
        let list: Vec<Value> = (0..1 + r.below(2)).map(|_| r.pick(&sources)).collect();
        spec.insert("volumes".into(), list.into());
    }
    let mut metadata = Map::new();
    metadata.insert("name".into(), "p".into());
    if r.one_in(4) {
        let mut a = Map::new();
        let values = [
            "unconfined".into(),
            "runtime/default".into(),
            "docker/default".into(),
            "localhost/x".into(),
            "".into(),
            "other".into(),
        ];
        r.maybe(2, &mut a, "seccomp.security.alpha.kubernetes.io/pod", &values);
        r.maybe(3, &mut a, "container.seccomp.security.alpha.kubernetes.io/c0", &values);
        r.maybe(3, &mut a, "container.apparmor.security.beta.kubernetes.io/c0", &values);
        r.maybe(4, &mut a, "container.seccomp.security.alpha.kubernetes.io/i0", &values);
        metadata.insert("annotations".into(), a.into());
    }
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
}

/// Sets what the restricted level asks for, leaving out something now and then.
fn harden(pod: &mut Value, r: &mut Random) {
    let mut set = |place: &mut Value, key: &str, value: Value| {
        if !r.one_in(20) {
            if !place["securityContext"].is_object() {
                place["securityContext"] = json!({});
            }
            place["securityContext"][key] = value;
        }
    };
    let spec = &mut pod["spec"];
    set(spec, "runAsNonRoot", true.into());
    set(spec, "seccompProfile", json!({"type": "RuntimeDefault"}));
    set(spec, "runAsUser", 1000.into());
    for list in ["containers", "initContainers", "ephemeralContainers"] {
        for container in spec[list].as_array_mut().into_iter().flatten() {
            set(container, "allowPrivilegeEscalation", false.into());
            set(container, "capabilities", json!({"drop": ["ALL"]}));
            set(container, "runAsNonRoot", Value::Null);
            set(container, "runAsUser", Value::Null);
            set(container, "seccompProfile", Value::Null);
        }
    }
}

/// Half of them hardened.
fn some_pod(r: &mut Random) -> Value {
    let mut pod = pod(r);
    if r.one_in(2) {
        harden(&mut pod, r);
    }
    pod
}

fn oracle() -> Option<std::path::PathBuf> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = std::env::var_os("KUBE_AUDIT_TEST_ASSETS").map_or(root.join("target/test-assets"), Into::into);
    Some(dir.join("pss-oracle")).filter(|p| p.exists())
}

/// (level, index) -> allowed, for one version.
fn ours(pods: &[Value], version: &str) -> BTreeMap<(&'static str, usize), bool> {
    let catalog = builtin::catalog();
    let selection = Selection {
        foreign: vec!["pss".into()],
        groups: vec!["none".into()],
        kubernetes_version: version.into(),
        ..Selection::default()
    };
    let benchmarks = vec!["pss-baseline".into(), "pss-restricted".into()];
    let mut settings = Settings { selection, benchmarks, ..Settings::default() };
    settings.policy.constants.kubernetes_version = version.into();
    let load = |(number, pod): (usize, &Value), tree: &mut Tree| {
        let node = tree.plant(pod);
        tree.set_root(node);
        let id = ObjectId {
            api_version: "v1".into(),
            kind: "Pod".into(),
            namespace: format!("n{number}").into(),
            name: "p".into(),
        };
        Job {
            order: (0, number as u32, 0),
            objects: vec![Loaded { id, origin: Origin::Run, node, diagnostics: Vec::new() }],
            ..Job::default()
        }
    };
    let (report, _) =
        audit::run(&catalog, &settings, |send| pods.iter().enumerate().for_each(|j| assert!(send(j))), &load);
    let mut out = BTreeMap::new();
    for (level, id) in [("baseline", "pss-baseline"), ("restricted", "pss-restricted")] {
        for i in 0..pods.len() {
            out.insert((level, i), true);
        }
        let benchmark = report.benchmarks.iter().find(|b| &*b.id == id).unwrap();
        for verdict in &benchmark.results {
            assert!(verdict.errors.is_empty(), "{:?}", verdict.errors);
            let number: usize = report.objects[verdict.object as usize].id.namespace[1..].parse().unwrap();
            out.insert((level, number), false);
        }
    }
    out
}

/// What the oracle says.
#[derive(serde::Deserialize)]
struct Answer {
    id: usize,
    allowed: Option<bool>,
}

#[test]
fn agrees_with_the_reference_on_random_pods() {
    let Some(oracle) = oracle() else {
        assert!(std::env::var_os("CI").is_none(), "the Pod Security oracle is missing: run tests/cluster/build.sh");
        eprintln!("SKIPPED: no Pod Security oracle; tests/cluster/build.sh builds it");
        return;
    };
    // About a minute for 5,000 pods, 220,000 questions.
    let usual = if std::env::var_os("CI").is_some() { 5000 } else { 1500 };
    let count: usize = std::env::var("AUDIT_TEST_PODS").ok().and_then(|c| c.parse().ok()).unwrap_or(usual);
    let mut r = Random(7);
    let pods: Vec<Value> = (0..count).map(|_| some_pod(&mut r)).collect();
    // Both sides of every change.
    let minors = [0, 7, 8, 18, 19, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37];
    let mut disagreements = Vec::new();
    let mut refused = BTreeMap::new();
    let mut child = Command::new(oracle).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = BufWriter::new(child.stdin.take().unwrap());
    let questions: Vec<String> = pods.iter().map(Value::to_string).collect();
    let writer = std::thread::spawn(move || {
        for minor in minors {
            for level in ["baseline", "restricted"] {
                for (i, pod) in questions.iter().enumerate() {
                    writeln!(input, r#"{{"id":{i},"level":"{level}","version":"v1.{minor}","pod":{pod}}}"#).unwrap();
                }
            }
        }
    });
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for minor in minors {
        let ours = ours(&pods, &format!("1.{minor}"));
        for level in ["baseline", "restricted"] {
            for (i, pod) in pods.iter().enumerate() {
                let text = answers.next().unwrap().unwrap();
                let answer: Answer = serde_json::from_str(&text).unwrap();
                assert_eq!(answer.id, i);
                let allowed = answer.allowed.unwrap_or_else(|| panic!("{text} for {pod}"));
                *refused.entry((level, minor)).or_insert(0) += usize::from(!allowed);
                if allowed != ours[&(level, i)] {
                    disagreements.push(format!(
                        "1.{minor} {level}: reference says {text}, we say allowed={} for {pod}",
                        !allowed
                    ));
                }
            }
        }
    }
    writer.join().unwrap();
    assert!(child.wait().unwrap().success());
    assert!(disagreements.is_empty(), "{} disagreements, the first: {}", disagreements.len(), disagreements[0]);
    // The generator must hit both answers at each level.
    for ((level, minor), n) in refused {
        assert!(n > count / 20 && n < count - count / 20, "{level} 1.{minor}: {n} of {count} refused");
    }
}

/// Valid pods that the server is asked about at each level.
const ASKED: usize = 500;

/// What the server makes of a pod in a namespace, without storing it: whether Pod Security lets it in, and `None` when it is not valid.
fn admitted(server: &Server, namespace: &str, pod: &Value) -> Option<bool> {
    let answer = server.send("POST", &format!("/api/v1/namespaces/{namespace}/pods?dryRun=All"), pod);
    let text = String::from_utf8_lossy(&answer.body);
    match answer.status {
        201 => Some(true),
        403 if text.contains("violates PodSecurity") => Some(false),
        400 | 422 => None,
        status => panic!("{status} for {pod}: {text}"),
    }
}

/// The same of many, with several connections at once.
fn admitted_all(server: &Server, namespace: &str, pods: &[Value]) -> Vec<Option<bool>> {
    let share = pods.len().div_ceil(8).max(1);
    std::thread::scope(|scope| {
        let ask = |part: &[Value]| part.iter().map(|p| admitted(server, namespace, p)).collect::<Vec<_>>();
        let threads: Vec<_> = pods.chunks(share).map(|part| scope.spawn(move || ask(part))).collect();
        threads.into_iter().flat_map(|t| t.join().unwrap()).collect()
    })
}

#[test]
fn agrees_with_the_admission_of_a_server() {
    let Some(server) = shared() else { return };
    let version = server.send("GET", "/version", &Value::Null).json();
    let minor: String = version["minor"].as_str().unwrap().chars().take_while(char::is_ascii_digit).collect();
    for level in ["privileged", "baseline", "restricted"] {
        server.create(
            "/api/v1/namespaces",
            &json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {
                "name": level, "labels": {"pod-security.kubernetes.io/enforce": level}}}),
        );
    }
    let mut r = Random(11);
    let mut valid = Vec::new();
    for _ in 0..40 {
        let mut more: Vec<Value> = (0..ASKED / 2).map(|_| some_pod(&mut r)).collect();
        for pod in &mut more {
            // No pod is created with one.
            pod["spec"].as_object_mut().unwrap().shift_remove("ephemeralContainers");
        }
        let answers = admitted_all(server, "privileged", &more);
        valid.extend(more.into_iter().zip(answers).filter(|(_, a)| *a == Some(true)).map(|(pod, _)| pod));
        if valid.len() >= ASKED {
            break;
        }
    }
    assert!(valid.len() >= ASKED, "only {} of the pods are valid", valid.len());
    let ours = ours(&valid, &format!("{}.{minor}", version["major"].as_str().unwrap()));
    let mut refused = BTreeMap::new();
    for level in ["baseline", "restricted"] {
        for (i, answer) in admitted_all(server, level, &valid).into_iter().enumerate() {
            let allowed = answer.unwrap_or_else(|| panic!("not valid in {level}: {}", valid[i]));
            assert_eq!(ours[&(level, i)], allowed, "{level}: the server says {allowed} for {}", valid[i]);
            *refused.entry(level).or_insert(0) += usize::from(!allowed);
        }
    }
    let count = valid.len();
    eprintln!("{count} pods, refused: {refused:?}");
    assert!(refused.values().all(|n| *n > count / 20 && *n < count - count / 20), "{count}: {refused:?}");
}

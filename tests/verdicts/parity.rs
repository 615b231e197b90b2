//! The same objects by files and through a real API server.
//!
//! The objects come from the cases of all checks, drawn with a seed and put into other owners of pods, so that every kind that checks look at is among
//! them with good and bad examples. What the server accepts is audited three times: live, from files as they were written, and from files as the server
//! gives them back. The last two differ by what the server does to an object when it stores it, and nothing else; so live and given back must be equal
//! without exception but one, and each check that differs between live and written is named in [`STORED`] with the reason.

use super::reading::{Reading, Said, audit};
use super::support::custom::{CUSTOM, collection, define};
use super::support::server::{ADMIN, Server};
use kube_audit::policy::{builtin, kinds, testing};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

/// Checks whose verdict on an object is another one when a server has stored it, and why.
const STORED: [(&str, &str); 11] = [
    (
        "admission-webhook-no-ca",
        "judges only what a server has stored: in a file the bundle may still come from a controller",
    ),
    ("apparmor-profile-unconfined", "the old annotation is copied to the field, and the finding points there"),
    ("cronjob-runs-pile-up", "concurrencyPolicy is Allow when it is not set: the same finding in other words"),
    ("host-network-dns-policy", "dnsPolicy is ClusterFirst when it is not set: the same finding in other words"),
    ("hpa-with-static-replicas", "judges only files: a server always sets replicas"),
    ("label-value-invalid", "judges only files: a server refuses such labels"),
    ("network-policy-no-selector", "an unset podSelector is stored as an empty one"),
    ("secret-plain-in-manifest", "judges only files: what is wrong is that a file holds the values"),
    ("service-account-field-deprecated", "the old field is copied to the new one"),
    ("pss-app-armor-profile", "the old annotation is copied to the field, which is a second finding"),
    (
        "workload-sa-cluster-admin",
        "the old field for the account is copied to the new one, and the finding points there",
    ),
];

/// The same for checks of which no case of their own shows it: only `AUDIT_TEST_CASES=all` needs these.
const RARELY: [(&str, &str); 3] = [
    ("pss-host-ports", "with hostNetwork every port becomes a hostPort"),
    ("selector-overlap", "an unset selector of a ReplicationController is that of its template"),
    (
        "workload-sa-takeover-rights",
        "the old field for the account is copied to the new one, and the finding points there",
    ),
];

/// Checks that need the content of Secrets, which is never read from a server: there they are not assessed.
const CONTENT: [&str; 3] = ["bootstrap-token-long-lived", "ref-pull-secret-host-mismatch", "secret-key-missing"];

/// Kinds that nothing of is created, and why.
const MISSING: [(&str, &str); 5] = [
    ("ClusterTrustBundle", "not served by default"),
    ("DeviceTaintRule", "not served by default"),
    ("LeaseCandidate", "not served by default"),
    ("PodSecurityPolicy", "removed in Kubernetes 1.25"),
    ("StorageVersionMigration", "not served by default"),
];

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        ((z ^ (z >> 27)) >> 11) as usize % n.max(1)
    }
}

/// Namespaces that objects are spread over.
const NAMESPACES: usize = 8;

/// Puts the pod of a case into another kind with a pod template.
fn wrap(pod: &Value, r: &mut Random) -> Value {
    let labels = json!({"app": "x"});
    let mut template = json!({"metadata": {"labels": labels}, "spec": pod["spec"]});
    let metadata = &pod["metadata"];
    let selector = json!({"matchLabels": labels});
    match r.below(9) {
        0 => {
            json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": {"selector": selector, "template": template}})
        }
        1 => {
            json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": metadata, "spec": {"selector": selector, "template": template}})
        }
        2 => {
            json!({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata, "spec": {"selector": selector, "template": template}})
        }
        3 => json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": metadata,
                    "spec": {"serviceName": "s", "selector": selector, "template": template}}),
        4 => {
            json!({"apiVersion": "v1", "kind": "ReplicationController", "metadata": metadata, "spec": {"selector": labels, "template": template}})
        }
        5 => json!({"apiVersion": "v1", "kind": "PodTemplate", "metadata": metadata, "template": template}),
        kind @ (6 | 7) => {
            template["spec"]["restartPolicy"] = json!("Never");
            if kind == 6 {
                json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": {"template": template}})
            } else {
                json!({"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata,
                       "spec": {"schedule": "@daily", "jobTemplate": {"spec": {"template": template}}}})
            }
        }
        _ => pod.clone(),
    }
}

/// Replaces strings that are one of these names.
fn rename(value: &mut Value, names: &BTreeMap<String, String>) {
    match value {
        Value::String(text) => {
            if let Some(new) = names.get(text) {
                text.clone_from(new);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|v| rename(v, names)),
        Value::Object(map) => map.values_mut().for_each(|v| rename(v, names)),
        _ => {}
    }
}

/// Whether objects of the kind have a namespace.
fn namespaced(object: &Value) -> bool {
    let kind = object["kind"].as_str().unwrap();
    let group = object["apiVersion"].as_str().unwrap().split_once('/').map_or("", |(g, _)| g);
    match CUSTOM.iter().find(|(g, k, _, _)| *g == group && *k == kind) {
        Some((_, _, _, namespaced)) => *namespaced,
        None => !kinds::is_cluster_scoped(kind),
    }
}

/// Objects of one case, under names of their own.
fn own(mut objects: Vec<Value>, number: usize) -> Vec<Value> {
    objects.retain(|o| o["kind"].is_string() && o["apiVersion"].is_string() && o["metadata"]["name"].is_string());
    let mut names = BTreeMap::new();
    for object in &objects {
        let name = object["metadata"]["name"].as_str().unwrap();
        let kept = name.contains(':')
            || matches!(name, "default" | "kube-system" | "cluster-admin" | "edit" | "view" | "admin");
        if !kept && !name.contains('.') {
            names.insert(name.to_owned(), format!("{name}-{number}"));
        }
        let namespace = object["metadata"]["namespace"].as_str().unwrap_or("");
        if !namespace.is_empty() && namespace != "kube-system" {
            names.entry(namespace.to_owned()).or_insert_with(|| format!("p{}", number % NAMESPACES));
        }
    }
    // A case that brings its namespace keeps it.
    for object in objects.iter().filter(|o| o["kind"] == "Namespace") {
        let name = object["metadata"]["name"].as_str().unwrap();
        if name != "kube-system" {
            names.insert(name.to_owned(), format!("ns-{number}"));
        }
    }
    for object in &mut objects {
        let (kind, version) = (object["kind"].clone(), object["apiVersion"].clone());
        rename(object, &names);
        (object["kind"], object["apiVersion"]) = (kind, version);
        if namespaced(object) && object["metadata"]["namespace"].as_str().unwrap_or("").is_empty() {
            object["metadata"]["namespace"] = json!(format!("p{}", number % NAMESPACES));
        } else if !namespaced(object) {
            object["metadata"].as_object_mut().unwrap().remove("namespace");
        }
        for field in [
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "ownerReferences",
            "managedFields",
        ] {
            object["metadata"].as_object_mut().unwrap().remove(field);
        }
    }
    objects
}

/// Cases of a check that are drawn (`AUDIT_TEST_CASES=all` takes every one): all of those that the tables above name, so that every entry is needed; of the others one that fails, and for a third
/// one that passes, because nearly everything that fails in one check passes in many others.
fn cases(id: &str, mut cases: Vec<testing::Case>, r: &mut Random) -> Vec<testing::Case> {
    cases.retain(|c| c.yaml.is_none());
    let all = std::env::var("AUDIT_TEST_CASES").is_ok_and(|v| v == "all");
    if all || CONTENT.contains(&id) || STORED.iter().any(|(check, _)| *check == id) {
        return cases;
    }
    let mut out = Vec::new();
    for outcome in if r.below(3) == 0 { &["fail", "pass"][..] } else { &["fail"] } {
        let fitting: Vec<&testing::Case> = cases.iter().filter(|c| c.expected() == *outcome).collect();
        if !fitting.is_empty() {
            out.push(fitting[r.below(fitting.len())].clone());
        }
    }
    out
}

fn drawn() -> Vec<Value> {
    let mut out = Vec::new();
    let mut number = 0;
    for (id, text) in builtin::cases() {
        // A seed for each check: a new one leaves what is drawn of the others alone.
        let mut r = Random(id.bytes().fold(6, |seed, b| seed * 31 % 1_000_003 + u64::from(b)));
        for case in cases(&id, testing::read(&id, &text).unwrap(), &mut r) {
            let mut objects: Vec<Value> = case.loaded(&|_| Vec::new()).into_iter().map(|l| l.value).collect();
            if case.pod.is_some() || case.container.is_some() {
                objects[0] = wrap(&objects[0], &mut r);
            }
            number += 1;
            out.extend(own(objects, number));
        }
    }
    // Of kinds that no drawn case has an object of, one each.
    out.extend(super::samples::SAMPLES.split("\n---\n").map(|text| serde_yaml::from_str::<Value>(text).unwrap()));
    let request = signing_request();
    out.push(json!({"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"name": "sample"},
        "spec": {"request": request, "signerName": "sample.example/signer", "usages": ["client auth"]}}));
    for (group, kind, _, namespaced) in CUSTOM {
        let of_kind =
            |o: &Value| o["kind"] == kind && o["apiVersion"].as_str().unwrap().starts_with(&format!("{group}/"));
        if !out.iter().any(of_kind) {
            let mut object =
                json!({"apiVersion": format!("{group}/v1"), "kind": kind, "metadata": {"name": "sample"}, "spec": {}});
            if namespaced {
                object["metadata"]["namespace"] = json!("p0");
            }
            out.push(object);
        }
    }
    out
}

/// A request that a server accepts, in base64.
fn signing_request() -> String {
    use base64::Engine;
    let args = ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "/dev/null", "-subj", "/CN=sample"];
    let output = std::process::Command::new("openssl").args(args).output().unwrap();
    assert!(output.status.success(), "openssl is needed for a request to sign");
    base64::engine::general_purpose::STANDARD.encode(output.stdout)
}

/// When an object is created, so that it does not change or refuse others: admission plugins act on what comes after.
fn rank(object: &Value) -> u8 {
    match object["kind"].as_str().unwrap() {
        "Namespace" => 0,
        "LimitRange" | "ResourceQuota" | "IngressClass" | "StorageClass" => 3,
        "PriorityClass" if object["globalDefault"] == true => 3,
        "PriorityClass" | "RuntimeClass" => 1,
        kind if kind.contains("Webhook") || kind.contains("AdmissionPolicy") => 4,
        _ => 2,
    }
}

/// Creates what the server accepts, rank by rank; gives what was sent and what came back.
fn create(server: &Server, objects: Vec<Value>) -> Vec<(Value, Value)> {
    let mut seen = BTreeSet::new();
    let mut stored = Vec::new();
    for step in 0..5 {
        let queue = Mutex::new(
            objects
                .iter()
                .filter(|o| rank(o) == step)
                .filter(|o| seen.insert((collection(o), o["metadata"]["name"].to_string())))
                .collect::<Vec<_>>()
                .into_iter(),
        );
        let done = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    loop {
                        let Some(object) = queue.lock().unwrap().next() else { break };
                        let answer =
                            server.send("POST", &format!("{}?fieldValidation=Strict", collection(object)), object);
                        if answer.status == 201 {
                            done.lock().unwrap().push((object.clone(), answer.json()));
                        } else if std::env::var_os("AUDIT_TEST_REFUSED").is_some() {
                            eprintln!("refused: {}", answer.json()["message"]);
                        }
                    }
                });
            }
        });
        stored.extend(done.into_inner().unwrap());
    }
    stored
}

/// Writes objects to files, one each: every other one as JSON, the rest for the YAML reader.
fn write<'v>(dir: &Path, objects: impl Iterator<Item = &'v Value>) {
    std::fs::create_dir_all(dir).unwrap();
    for (number, object) in objects.enumerate() {
        let (file, text) = match number % 2 {
            0 => (format!("{number}.json"), object.to_string()),
            _ => (format!("{number}.yaml"), format!("# in braces\n{object:#}\n")),
        };
        std::fs::write(dir.join(file), text).unwrap();
    }
}

/// Where two readings do not say the same of these objects: check, object, and what each says.
fn differences(a: &Reading, b: &Reading, about: &BTreeSet<String>) -> Vec<(String, String, [Option<Said>; 2])> {
    let keys: BTreeSet<_> = a.verdicts.keys().chain(b.verdicts.keys()).filter(|k| about.contains(&k.1)).collect();
    let differ = keys.into_iter().filter(|k| a.verdicts.get(*k) != b.verdicts.get(*k));
    differ.map(|k| (k.0.clone(), k.1.clone(), [a.verdicts.get(k).cloned(), b.verdicts.get(k).cloned()])).collect()
}

fn name(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    format!(
        "{} {}/{}",
        text(&object["kind"]),
        text(&object["metadata"]["namespace"]),
        text(&object["metadata"]["name"])
    )
}

#[test]
fn files_and_a_server_give_equal_verdicts() {
    let Some(server) = Server::start() else { return };
    let start = Instant::now();
    let objects = drawn();
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for object in &objects {
        if let Some((group, version)) = object["apiVersion"].as_str().unwrap().split_once('/') {
            versions
                .entry(format!("{group}/{}", object["kind"].as_str().unwrap()))
                .or_default()
                .insert(version.to_owned());
        }
    }
    define(&server, &versions);
    for number in 0..NAMESPACES {
        server.namespace(&format!("p{number}"));
    }
    let dir = tempfile::tempdir().unwrap();
    let kubeconfig = server.kubeconfig(ADMIN).display().to_string();
    let benchmarks = ["--benchmark", "pss-baseline,pss-restricted"];
    // What a server has of itself belongs to the files, too: some checks look at everything.
    let snapshot = dir.path().join("before.snapshot").display().to_string();
    audit(&["cluster", "--kubeconfig", &kubeconfig, "--secrets", "--save", &snapshot]);
    let lines = std::fs::read_to_string(&snapshot).unwrap();
    let furniture: Vec<Value> = lines.lines().skip(1).map(|l| serde_json::from_str(l).unwrap()).collect();

    let stored = create(&server, objects);
    // What the server makes of its own accord when it sees them is not among them; the cluster as a whole is.
    let cluster = "Cluster /cluster".to_owned();
    let about: BTreeSet<String> = stored.iter().map(|(sent, _)| name(sent)).chain([cluster]).collect();
    let kinds: BTreeMap<&str, usize> = stored.iter().fold(BTreeMap::new(), |mut all, (sent, _)| {
        *all.entry(sent["kind"].as_str().unwrap()).or_default() += 1;
        all
    });
    for (folder, objects) in [
        ("written", stored.iter().map(|(sent, _)| sent).collect::<Vec<_>>()),
        ("given-back", stored.iter().map(|(_, back)| back).collect()),
    ] {
        write(&dir.path().join(folder).join("objects"), objects.into_iter());
        write(&dir.path().join(folder).join("furniture"), furniture.iter());
    }
    let live = audit(&[&["cluster", "--kubeconfig", &kubeconfig, "--secrets"], &benchmarks[..]].concat());
    let version = live.report["run"]["kubernetes_version"].as_str().unwrap();
    let files = |folder: &str| {
        let path = dir.path().join(folder).display().to_string();
        audit(&[&["scan", &path, "--complete", "--kubernetes-version", version], &benchmarks[..]].concat())
    };
    let (written, back) = (files("written"), files("given-back"));
    for reading in [&live, &written, &back] {
        assert_eq!(reading.report["gaps"], json!([]));
    }

    let mut unexplained = Vec::new();
    let mut used = BTreeSet::new();
    // What the server stored is judged as what it lists, whichever way it is read.
    for (check, object, said) in differences(&live, &back, &about) {
        let not_read =
            CONTENT.contains(&check.as_str()) && said[0].as_ref().is_some_and(|s| s.0.starts_with("not-assessed"));
        if !not_read {
            unexplained.push(format!("{check} {object}: live {:?}, given back {:?}", said[0], said[1]));
        }
        used.insert(check);
    }
    // What was written is judged so, too, but where the server changes what is judged.
    for (check, object, said) in differences(&live, &written, &about) {
        if !CONTENT.contains(&check.as_str()) && !STORED.iter().chain(&RARELY).any(|(known, _)| *known == check) {
            unexplained.push(format!("{check} {object}: live {:?}, written {:?}", said[0], said[1]));
        }
        used.insert(check);
    }
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
    let needed: BTreeSet<&str> = CONTENT.into_iter().chain(STORED.iter().map(|(check, _)| *check)).collect();
    let unused: Vec<&&str> = needed.iter().filter(|check| !used.contains(**check)).collect();
    assert!(unused.is_empty(), "exceptions that nothing needs: {unused:?}");

    let failed = |r: &Reading| {
        r.verdicts.iter().filter(|(_, said)| said.0 == "fail").map(|(k, _)| k.0.clone()).collect::<BTreeSet<_>>()
    };
    let (ours, all) = (about.len(), live.verdicts.len());
    let found = failed(&live).len();
    eprintln!(
        "{ours} objects of {} kinds, {all} verdicts, {found} checks fail somewhere; {:.1} s",
        kinds.len(),
        start.elapsed().as_secs_f64()
    );
    assert!(ours >= 300 && found >= 200, "{ours} objects, {found} checks");
    let missing: BTreeSet<&str> = live.report["coverage"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|r| {
            let kind = r["kind"].as_str().unwrap();
            (!kinds.contains_key(kind.rsplit('/').next().unwrap())).then_some(kind)
        })
        .collect();
    assert_eq!(missing, MISSING.iter().map(|(kind, _)| *kind).collect(), "kinds without an object");
}

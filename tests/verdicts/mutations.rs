//! From a clean namespace: every misconfiguration of `mutations.yaml` is introduced through the API and changes exactly the verdicts that its row
//! names. What passes and what has no verdict counts as the same: nothing is said against it.
//!
//! Several namespaces hold the same objects, and each takes one row at a time, so that one audit shows several rows. A verdict that changes anywhere else
//! than in a row's own namespace fails the test.

use super::support::auditor::{Auditor, Said};
use super::support::custom::collection;
use super::support::http;
use super::support::server::{ADMIN, Server};
use kube_audit::policy::{kinds, needs};
use kube_audit::source::cluster::{Options, Silent, collect};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    on: String,
    patch: Option<Value>,
    create: Option<Value>,
    #[serde(default)]
    delete: bool,
    #[serde(default)]
    changes: BTreeSet<String>,
}

/// How many rows are tried at a time.
const NAMESPACES: usize = 16;

/// A text about `shop`, about the namespace of this number.
fn about(text: &str, number: usize) -> String {
    let mut out = String::new();
    let mut rest = text;
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    while let Some(at) = rest.find("shop") {
        let (before, after) = (&rest[..at], &rest[at + 4..]);
        out.push_str(before);
        let word = !before.ends_with(inside) && !after.starts_with(inside);
        out.push_str(&if word { format!("shop{number}") } else { "shop".to_owned() });
        rest = after;
    }
    out + rest
}

/// What is said against the objects of a cluster.
struct Cluster {
    auditor: Auditor,
    kinds: Vec<String>,
    kubeconfig: PathBuf,
}

impl Cluster {
    fn new(server: &Server) -> Cluster {
        let auditor = Auditor::new();
        let run = auditor.catalog.checks.iter().filter(|c| c.enabled && !c.is_foreign());
        let kinds = needs::kinds(run).into_iter().collect();
        Cluster { auditor, kinds, kubeconfig: server.kubeconfig(ADMIN) }
    }

    fn audit(&self) -> Said {
        let options = Options { kubeconfig: Some(self.kubeconfig.clone()), concurrency: 8, ..Options::default() };
        let mut items = Vec::new();
        let mut keep = |item| {
            items.push(item);
            true
        };
        let collected = collect(&options, &self.kinds, &mut keep, &Silent).unwrap();
        assert!(collected.gaps.is_empty(), "{:?}", collected.gaps);
        let mut said = self.auditor.audit(&collected, items);
        said.retain(|_, outcome| outcome != "pass");
        said
    }
}

/// What was changed, by the number of the namespace where it stands, as rows say it. `rows` are those that were tried there.
fn changes(before: &Said, after: &Said, rows: &[&Row]) -> Vec<BTreeSet<String>> {
    let mut out = vec![BTreeSet::new(); rows.len()];
    let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
    for key in keys.into_iter().filter(|k| before.get(*k) != after.get(*k)) {
        let (check, object) = key;
        let mine = |(number, row): &(usize, &&Row)| {
            let own = about("shop", *number);
            object.split(['/', '-']).any(|part| part == own) || *object == about(&row.on, *number)
        };
        let Some((number, row)) = rows.iter().enumerate().find(mine) else {
            panic!("{check} changed on {object}, where nothing was done");
        };
        let own = about("shop", number);
        let short = object.replace(&format!("/{own}/"), "/").replace(&own, "shop");
        let place = if short == row.on { String::new() } else { format!(" {short}") };
        out[number].insert(match after.get(key).map_or("pass", String::as_str) {
            "fail" => format!("{check}{place}"),
            outcome => format!("{check}{place}: {outcome}"),
        });
    }
    out
}

/// Documents of a file, for the namespace of this number.
fn documents(file: &str, number: usize) -> Vec<Value> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let text = about(&text, number);
    serde_yaml::Deserializer::from_str(&text).map(|d| Value::deserialize(d).unwrap()).collect()
}

/// Where the object of a row stands: `Kind/name` in the namespace of this number, `Kind/namespace/name`, or without one.
fn path(on: &str, number: usize) -> String {
    let (on, own) = (about(on, number), about("shop", number));
    let parts: Vec<&str> = on.split('/').collect();
    let (kind, namespace, name) = match parts.as_slice() {
        [kind, name] => (*kind, own.as_str(), *name),
        [kind, namespace, name] => (*kind, *namespace, *name),
        other => panic!("{other:?}"),
    };
    let group = kinds::groups(kind).unwrap()[0];
    let version = if kind == "HorizontalPodAutoscaler" { "v2" } else { "v1" };
    let root = if group.is_empty() { format!("/api/{version}") } else { format!("/apis/{group}/{version}") };
    let plural = kinds::plural(kind);
    match kinds::is_cluster_scoped(kind) {
        true => format!("{root}/{plural}/{name}"),
        false => format!("{root}/namespaces/{namespace}/{plural}/{name}"),
    }
}

/// An object as it was, to be put back.
fn original(server: &Server, path: &str) -> Value {
    let mut object = server.send("GET", path, &Value::Null).json();
    for field in ["resourceVersion", "uid", "creationTimestamp", "generation", "managedFields"] {
        object["metadata"].as_object_mut().unwrap().remove(field);
    }
    object
}

fn remove(server: &Server, path: &str) {
    assert_eq!(server.send("DELETE", &format!("{path}?gracePeriodSeconds=0"), &Value::Null).status, 200);
    // No controller is here to release what is protected.
    server.send("PATCH", path, &serde_json::json!({"metadata": {"finalizers": null}}));
    assert_eq!(server.send("GET", path, &Value::Null).status, 404, "{path} does not go away");
}

/// Does what a row says; gives the object as it was before.
fn introduce(server: &Server, row: &Row, number: usize) -> Option<Value> {
    let at = path(&row.on, number);
    let before = row.create.is_none().then(|| original(server, &at));
    let text = |value: &Value| about(&value.to_string(), number);
    let answer = match (&row.patch, &row.create) {
        (Some(patch), None) => {
            let container = "/spec/template/spec/containers/0";
            let body = text(patch).replace("$POD", "/spec/template/spec").replace("$APP", container);
            let kind = "application/json-patch+json";
            http::request(server.port, ADMIN, "PATCH", &at, kind, body.as_bytes()).unwrap()
        }
        (None, Some(object)) => {
            let object: Value = serde_json::from_str(&text(object)).unwrap();
            server.send("POST", &collection(&object), &object)
        }
        _ => {
            assert!(row.delete, "{}: nothing is done", row.name);
            remove(server, &at);
            return before;
        }
    };
    let words = String::from_utf8_lossy(&answer.body);
    assert!(matches!(answer.status, 200 | 201), "{}: {words}", row.name);
    before
}

/// Undoes it.
fn put_back(server: &Server, row: &Row, number: usize, before: Option<Value>) {
    let at = path(&row.on, number);
    match before {
        None => remove(server, &at),
        Some(object) if row.delete => drop(server.create(&collection(&object), &object)),
        Some(mut object) => {
            let now = server.send("GET", &at, &Value::Null).json();
            object["metadata"]["resourceVersion"] = now["metadata"]["resourceVersion"].clone();
            let answer = server.send("PUT", &at, &object);
            assert_eq!(answer.status, 200, "{}: {}", row.name, String::from_utf8_lossy(&answer.body));
        }
    }
}

/// Does something for many namespaces at a time, and gives the results in their order.
fn everywhere<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    std::thread::scope(|scope| {
        let work = &work;
        let running: Vec<_> = (0..count).map(|number| scope.spawn(move || work(number))).collect();
        running.into_iter().map(|r| r.join().unwrap()).collect()
    })
}

#[test]
fn every_misconfiguration_changes_the_verdicts_of_its_row_and_no_other() {
    let Some(server) = Server::start() else { return };
    let start = Instant::now();
    everywhere(NAMESPACES, |number| {
        let service = documents("examples/well-configured/service.yaml", number);
        for object in service.iter().chain(&documents("tests/verdicts/clean.yaml", number)) {
            let answer = server.send("POST", &format!("{}?fieldValidation=Strict", collection(object)), object);
            let words = String::from_utf8_lossy(&answer.body);
            // The class of the Ingresses is everybody's.
            assert!(answer.status == 201 || answer.status == 409 && object["kind"] == "IngressClass", "{words}");
        }
    });
    let cluster = Cluster::new(&server);
    let clean = cluster.audit();
    let fails = clean.iter().filter(|(_, outcome)| *outcome == "fail").map(|(key, _)| key);
    let known = |object: &str| matches!(object, "Cluster/cluster" | "Namespace/default");
    let ours: Vec<_> = fails.filter(|(_, object)| !known(object)).collect();
    assert!(ours.is_empty(), "the namespaces are not clean to begin with: {ours:?}");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verdicts/mutations.yaml");
    let rows: Vec<Row> = serde_yaml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for batch in rows.chunks(NAMESPACES) {
        let batch: Vec<&Row> = batch.iter().collect();
        let before = everywhere(batch.len(), |number| introduce(&server, batch[number], number));
        let found = changes(&clean, &cluster.audit(), &batch);
        everywhere(batch.len(), |number| put_back(&server, batch[number], number, before[number].clone()));
        for (row, found) in batch.iter().zip(found) {
            if found != row.changes || row.changes.is_empty() {
                let list: Vec<&str> = found.iter().map(String::as_str).collect();
                wrong.push(format!("{}: changes: [{}], expected {:?}", row.name, list.join(", "), row.changes));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(clean, cluster.audit(), "everything was put back");
    assert!(rows.len() >= 60);
    let named = rows.iter().flat_map(|r| &r.changes).map(|c| c.split([' ', ':']).next().unwrap());
    let checks: BTreeSet<&str> = named.collect();
    eprintln!("{} mutations, {} checks, {:.1} s", rows.len(), checks.len(), start.elapsed().as_secs_f64());
}

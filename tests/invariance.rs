//! What is the same gets the same verdicts: a pod in a Pod, in every kind with a pod template and in a List; as YAML, as JSON, with its keys in
//! another order and with the line ends of Windows. Pointers move with the pod.
//!
//! The pods are put together by chance from the pods of all cases of scopes container and pod.
#![allow(clippy::unwrap_used, missing_docs)]

use kube_audit::audit::{self, Job, Loaded, Settings};
use kube_audit::model::check::{Check, Scope};
use kube_audit::model::inventory::Coverage;
use kube_audit::model::report::Report;
use kube_audit::model::tree::Tree;
use kube_audit::policy::catalog::Catalog;
use kube_audit::policy::plan::Selection;
use kube_audit::policy::{builtin, kinds, testing};
use kube_audit::source::{self, Emit, Input};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::OnceLock;

/// Kinds with a pod template, and where it is.
const TEMPLATES: [(&str, &str, &str); 8] = [
    ("apps/v1", "Deployment", "/spec/template"),
    ("apps/v1", "StatefulSet", "/spec/template"),
    ("apps/v1", "DaemonSet", "/spec/template"),
    ("apps/v1", "ReplicaSet", "/spec/template"),
    ("v1", "ReplicationController", "/spec/template"),
    ("batch/v1", "Job", "/spec/template"),
    ("batch/v1", "CronJob", "/spec/jobTemplate/spec/template"),
    ("v1", "PodTemplate", "/template"),
];

/// Checks to which the kind matters, with the kind.
const KIND_MATTERS: [(&str, &str); 1] = [
    // A member that is killed at once may hold the data of a set.
    ("termination-grace-period-zero", "StatefulSet"),
];

struct Fixture {
    catalog: Catalog,
    /// pods of the cases
    pods: Vec<Value>,
}

fn fixture() -> &'static Fixture {
    static FIXTURE: OnceLock<Fixture> = OnceLock::new();
    FIXTURE.get_or_init(|| {
        let catalog = builtin::catalog();
        let mut pods = Vec::new();
        for (id, text) in builtin::cases() {
            if catalog.check(&id).is_some_and(|c| matches!(c.scope, Scope::Container | Scope::Pod)) {
                let cases = testing::read(&id, &text).unwrap();
                let objects = cases.iter().flat_map(|c| c.loaded(&|_| Vec::new())).map(|l| l.value);
                pods.extend(objects.filter(|o| o["kind"] == "Pod" && o["spec"].is_object()));
            }
        }
        Fixture { catalog, pods }
    })
}

/// The specs of some pods in one: later fields win, lists are put together.
fn together(picks: &[Index]) -> Value {
    let mut spec = Map::new();
    let mut metadata = json!({"name": "example", "namespace": "shop"});
    for pick in picks {
        let pod = pick.get(&fixture().pods);
        for (key, value) in pod["spec"].as_object().unwrap() {
            match (spec.get_mut(key), value) {
                (Some(Value::Array(all)), Value::Array(more)) => all.extend(more.iter().cloned()),
                _ => drop(spec.insert(key.clone(), value.clone())),
            }
        }
        for key in ["labels", "annotations"] {
            if let Some(map) = pod["metadata"].get(key) {
                metadata[key] = map.clone();
            }
        }
    }
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
}

fn template(pod: &Value, (version, kind, at): (&str, &str, &str)) -> Value {
    let mut object = json!({"apiVersion": version, "kind": kind, "metadata": pod["metadata"]});
    let mut place = &mut object;
    for step in at.trim_start_matches('/').split('/') {
        place = &mut place[step];
    }
    let kept =
        ["labels", "annotations"].iter().filter_map(|k| Some(((*k).to_owned(), pod["metadata"].get(k)?.clone())));
    place["metadata"] = Value::Object(kept.collect());
    place["spec"] = pod["spec"].clone();
    object
}

/// YAML in block style with quoted texts; `backwards` turns the keys of every map around.
fn yaml(value: &Value, depth: usize, backwards: bool, out: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(map) if !map.is_empty() => {
            let mut entries: Vec<_> = map.iter().collect();
            if backwards {
                entries.reverse();
            }
            for (k, v) in entries {
                out.push_str(&format!("\n{indent}{}:", Value::from(k.as_str())));
                yaml(v, depth + 1, backwards, out);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                out.push_str(&format!("\n{indent}-"));
                yaml(item, depth + 1, backwards, out);
            }
        }
        scalar => out.push_str(&format!(" {scalar}")),
    }
}

fn yaml_of(value: &Value, backwards: bool) -> String {
    let mut out = String::new();
    yaml(value, 0, backwards, &mut out);
    out + "\n"
}

fn run(selection: Selection, files: &[(String, String)]) -> Report {
    let catalog = &fixture().catalog;
    let mut settings = Settings {
        selection,
        coverage: Coverage::files(true),
        include_passed: true,
        threads: 1,
        ..Settings::default()
    };
    settings.policy.constants.date = "2026-01-01".into();
    settings.policy.constants.tables = catalog.tables.clone().into_iter().collect();
    settings.policy.constants.params = audit::default_params(catalog).to_string();
    let reading = source::Settings::default();
    let load = |(order, document): ((u32, u32, u32), source::Document), tree: &mut Tree| {
        let loaded = source::load(&document, tree, &reading);
        assert!(loaded.gaps.is_empty(), "{:?} in {}", loaded.gaps, document.text);
        let objects = loaded.objects.into_iter();
        Job {
            order,
            objects: objects
                .map(|o| Loaded { id: o.id, origin: o.origin, node: o.node, diagnostics: o.diagnostics })
                .collect(),
            ..Job::default()
        }
    };
    let produce = |send: &mut dyn FnMut(((u32, u32, u32), source::Document)) -> bool| {
        for (number, (name, text)) in files.iter().enumerate() {
            let mut item = 0;
            let flow = source::documents(&Input::bytes(name, text.as_bytes()), &reading, &mut |emit| {
                if let Emit::Document(document) = emit {
                    item += 1;
                    assert!(send(((number as u32, document.index, item), document)));
                }
                ControlFlow::Continue(())
            });
            assert!(flow.is_continue());
        }
    };
    audit::run(catalog, &settings, produce, &load).0
}

/// What checks say of an object: outcome, and findings with pointers below `at` (others as they are).
fn verdicts(report: &Report, object: usize, at: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut out = BTreeMap::new();
    for v in report.verdicts.iter().filter(|v| v.object as usize == object) {
        let mut said = BTreeSet::from([v.outcome().word().to_owned()]);
        said.extend(v.findings.iter().map(|f| {
            let pointer = f.pointer.strip_prefix(at).filter(|p| p.is_empty() || p.starts_with('/'));
            format!("{} {} {} {}", pointer.unwrap_or(&f.pointer), f.severity, f.message, f.place)
        }));
        out.insert(report.checks[v.check as usize].id.to_string(), said);
    }
    out
}

fn admits(check: &Check, version: &str, kind: &str) -> bool {
    let group = version.rsplit_once('/').map_or("", |(g, _)| g);
    check.kinds.is_empty() || check.kinds.iter().any(|k| kinds::matches(k, group, kind))
}

fn selection(wanted: impl Fn(&Check) -> bool) -> Selection {
    let only = fixture().catalog.checks.iter().filter(|c| !c.is_foreign() && wanted(c)).map(|c| c.id.clone());
    Selection { only: only.collect(), ..Selection::default() }
}

fn same(
    a: &BTreeMap<String, BTreeSet<String>>,
    b: &BTreeMap<String, BTreeSet<String>>,
    what: &str,
) -> Result<(), TestCaseError> {
    for id in a.keys().chain(b.keys()) {
        prop_assert_eq!(a.get(id), b.get(id), "{}: {}", what, id);
    }
    Ok(())
}

fn pods() -> impl Strategy<Value = Value> {
    proptest::collection::vec(any::<Index>(), 1..6).prop_map(|picks| together(&picks))
}

/// `PROPTEST_CASES` sets another number.
fn config(cases: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|c| c.parse().ok()).unwrap_or(cases);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(24))]

    #[test]
    fn a_pod_is_judged_alike_in_every_kind(pod in pods()) {
        let mut pod = pod;
        // Only a Pod has them.
        pod["spec"].as_object_mut().unwrap().shift_remove("ephemeralContainers");
        let mut files = vec![("pod.json".to_owned(), pod.to_string())];
        files.extend(TEMPLATES.map(|kind| (format!("{}.json", kind.1), template(&pod, kind).to_string())));
        let report = run(selection(|c| matches!(c.scope, Scope::Container | Scope::Pod)), &files);
        prop_assert_eq!(report.objects.len(), files.len());
        let as_pod = verdicts(&report, 0, "");
        prop_assert!(as_pod.len() > 20, "only {} checks apply", as_pod.len());
        for (number, (version, kind, at)) in TEMPLATES.into_iter().enumerate() {
            let both = |id: &String| {
                let check = fixture().catalog.check(id).unwrap();
                admits(check, "v1", "Pod")
                    && admits(check, version, kind)
                    && !KIND_MATTERS.contains(&(check.id.as_str(), kind))
            };
            let mut here = verdicts(&report, number + 1, at);
            here.retain(|id, _| both(id));
            let mut there = as_pod.clone();
            there.retain(|id, _| both(id));
            same(&there, &here, kind)?;
        }
    }

    #[test]
    fn form_changes_nothing(pod in pods()) {
        let list = json!({"apiVersion": "v1", "kind": "List", "items": [pod]});
        let files = [
            ("0.json".to_owned(), pod.to_string()),
            ("1.json".to_owned(), serde_json::to_string_pretty(&pod).unwrap()),
            ("2.yaml".to_owned(), yaml_of(&pod, false)),
            ("3.yaml".to_owned(), yaml_of(&pod, true)),
            ("4.yaml".to_owned(), yaml_of(&pod, true).replace('\n', "\r\n")),
            ("5.yaml".to_owned(), pod.to_string()),
            ("6.json".to_owned(), list.to_string()),
            ("7.yaml".to_owned(), format!("---{}---{}", yaml_of(&json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}), false), yaml_of(&list, false))),
        ];
        // Checks of objects, too: nothing of them depends on the form either.
        let report = run(selection(|c| c.scope != Scope::Cluster), &files);
        let of_pods: Vec<usize> =
            (0..report.objects.len()).filter(|i| &*report.objects[*i].id.kind == "Pod").collect();
        prop_assert_eq!(of_pods.len(), files.len());
        let first = verdicts(&report, of_pods[0], "");
        for number in &of_pods[1..] {
            let file = format!("{:?}", report.objects[*number].origin);
            same(&first, &verdicts(&report, *number, ""), &file)?;
        }
    }
}

//! One cause is one finding: in a plain run no two checks report the same field of the same object, unless `one_cause.yaml` says why.
//!
//! The objects are those of all cases, each file of cases on its own.
#![allow(clippy::unwrap_used, missing_docs)]

use kube_audit::audit::{self, Job, Loaded, Settings};
use kube_audit::model::inventory::Coverage;
use kube_audit::model::object::{ObjectId, Origin};
use kube_audit::model::report::Report;
use kube_audit::model::tree::Tree;
use kube_audit::policy::catalog::Catalog;
use kube_audit::policy::plan::Selection;
use kube_audit::policy::{builtin, testing};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

fn run(catalog: &Catalog, objects: Vec<Value>) -> Report {
    let mut settings = Settings {
        selection: Selection::default(),
        coverage: Coverage::files(true),
        threads: 1,
        ..Settings::default()
    };
    settings.policy.constants.date = "2026-01-01".into();
    settings.policy.constants.tables = catalog.tables.clone().into_iter().collect();
    settings.policy.constants.params = audit::default_params(catalog).to_string();
    let load = |(number, value): (usize, Value), tree: &mut Tree| {
        let root = tree.plant(&value);
        tree.set_root(root);
        let at = |keys: &[&str]| tree.path(root, keys).and_then(|n| tree.as_str(n)).unwrap_or("").into();
        let id = ObjectId {
            api_version: at(&["apiVersion"]),
            kind: at(&["kind"]),
            namespace: at(&["metadata", "namespace"]),
            name: at(&["metadata", "name"]),
        };
        let origin = Origin::File { path: "x.yaml".into(), document: number as u32, line: 1, template: None };
        Job {
            order: (0, number as u32, 0),
            objects: vec![Loaded { id, origin, node: root, diagnostics: Vec::new() }],
            ..Job::default()
        }
    };
    let jobs: Vec<(usize, Value)> = objects.into_iter().enumerate().collect();
    audit::run(catalog, &settings, |send| jobs.into_iter().for_each(|j| assert!(send(j))), &load).0
}

/// Pairs of checks that report one field of one object, with the first such field.
fn pairs(report: &Report, of: &str, seen: &mut BTreeMap<String, String>) {
    let mut fields: BTreeMap<(u32, &str), BTreeSet<&str>> = BTreeMap::new();
    for verdict in &report.verdicts {
        for finding in &verdict.findings {
            let check = report.checks[verdict.check as usize].id.as_ref();
            fields.entry((verdict.object, &finding.pointer)).or_default().insert(check);
        }
    }
    for ((_, pointer), checks) in fields {
        let checks: Vec<&str> = checks.into_iter().collect();
        for (i, one) in checks.iter().enumerate() {
            for other in &checks[i + 1..] {
                seen.entry(format!("{one} + {other}")).or_insert_with(|| format!("{pointer} in the cases of {of}"));
            }
        }
    }
}

#[test]
fn no_two_checks_report_one_field_without_a_reason() {
    let allowed: BTreeMap<String, String> = serde_yaml::from_str(include_str!("one_cause.yaml")).unwrap();
    let catalog = builtin::catalog();
    let files: Vec<(String, String)> = builtin::cases().into_iter().collect();
    let seen = Mutex::new(BTreeMap::new());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some((id, text)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let cases = testing::read(id, text).unwrap();
                    let objects = cases.iter().flat_map(|c| c.loaded(&|_| Vec::new())).map(|l| l.value).collect();
                    let report = run(&catalog, objects);
                    pairs(&report, id, &mut seen.lock().unwrap());
                }
            });
        }
    });
    let seen = seen.into_inner().unwrap();
    let new: Vec<String> =
        seen.iter().filter(|(k, _)| !allowed.contains_key(*k)).map(|(k, v)| format!("{k}: {v}")).collect();
    assert!(new.is_empty(), "both report one field; merge them, or say in one_cause.yaml why not:\n{}", new.join("\n"));
    let gone: Vec<&String> = allowed.keys().filter(|k| !seen.contains_key(*k)).collect();
    assert!(gone.is_empty(), "no longer report one field; remove from one_cause.yaml: {gone:?}");
}

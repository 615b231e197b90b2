//! A verdict on the projection is the verdict on the whole input, for every check, on random objects; neither the cache nor the machine changes anything.
//!
//! The objects are those of all cases, and what chance makes of them: fields removed, moved, doubled, of another type. Cross-object checks run over the
//! same random inventory.
#![allow(clippy::unwrap_used, missing_docs)]

use kube_audit::audit::{self, Job, Loaded, Settings};
use kube_audit::model::inventory::Coverage;
use kube_audit::model::object::{ObjectId, Origin};
use kube_audit::model::report::Report;
use kube_audit::model::tree::Tree;
use kube_audit::policy::plan::Selection;
use kube_audit::policy::{builtin, evaluator, testing};
use serde_json::Value;

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        ((z ^ (z >> 27)) >> 11) as usize % n.max(1)
    }
}

fn corpus() -> Vec<Value> {
    let mut all = Vec::new();
    for (id, text) in builtin::cases() {
        for case in testing::read(&id, &text).unwrap() {
            all.extend(case.loaded(&|_| Vec::new()).into_iter().map(|l| l.value));
        }
    }
    all
}

/// A share of the corpus, other objects in every round; `AUDIT_TEST_OBJECTS` sets how many.
fn sample(corpus: &[Value], r: &mut Random) -> Vec<Value> {
    let count = std::env::var("AUDIT_TEST_OBJECTS").ok().and_then(|c| c.parse().ok()).unwrap_or(500);
    (0..count).map(|_| corpus[r.below(corpus.len())].clone()).collect()
}

/// Changes one random place of a value.
fn mutate(value: &mut Value, r: &mut Random, donors: &[Value]) {
    let strange = [
        Value::Null,
        Value::Bool(true),
        5.into(),
        "text".into(),
        "".into(),
        serde_json::json!([]),
        serde_json::json!({}),
        serde_json::json!([null]),
    ];
    match value {
        Value::Object(map) if !map.is_empty() && r.below(8) > 0 => {
            let key = map.keys().nth(r.below(map.len())).unwrap().clone();
            match r.below(12) {
                0 => drop(map.shift_remove(&key)),
                1 => drop(map.insert(key, strange[r.below(strange.len())].clone())),
                2 => {
                    if let Some(Value::Object(donor)) = donors.get(r.below(donors.len())).and_then(|d| d.get("spec"))
                        && let Some((k, v)) = donor.iter().nth(r.below(donor.len()))
                    {
                        map.insert(k.clone(), v.clone());
                    }
                }
                _ => mutate(map.get_mut(&key).unwrap(), r, donors),
            }
        }
        Value::Array(items) if !items.is_empty() && r.below(6) > 0 => {
            let at = r.below(items.len());
            match r.below(10) {
                0 => drop(items.remove(at)),
                1 => items.push(items[at].clone()),
                2 => items[at] = strange[r.below(strange.len())].clone(),
                _ => mutate(&mut items[at], r, donors),
            }
        }
        other => *other = strange[r.below(strange.len())].clone(),
    }
}

fn run(objects: &[Value], change: impl Fn(&mut Settings)) -> Report {
    let catalog = builtin::catalog();
    let selection = Selection {
        foreign: vec!["pss".into(), "kubesec".into()],
        also: catalog.checks.iter().map(|c| c.id.clone()).collect(),
        ..Selection::default()
    };
    let mut settings = Settings { selection, coverage: Coverage::files(true), threads: 2, ..Settings::default() };
    settings.policy.constants.date = "2026-01-01".into();
    settings.policy.constants.tables = catalog.tables.clone().into_iter().collect();
    settings.policy.constants.params = audit::default_params(&catalog).to_string();
    change(&mut settings);
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
    let jobs: Vec<(usize, Value)> = objects.iter().cloned().enumerate().collect();
    audit::run(&catalog, &settings, |send| jobs.into_iter().for_each(|j| assert!(send(j))), &load).0
}

/// Error texts name what the interpreter saw, which may be the projection; and of a field that no check reads, what is shown beside the
/// verdict may be less when only the projection was kept.
fn without_error_texts(mut report: Report) -> Report {
    let blank = |v: &mut kube_audit::model::verdict::Verdict| {
        v.errors.iter_mut().for_each(|e| *e = "error".into());
        for f in &mut v.findings {
            f.value = "".into();
            f.exists = true;
        }
    };
    report.verdicts.iter_mut().for_each(blank);
    report.benchmarks.iter_mut().flat_map(|b| &mut b.results).for_each(blank);
    report
}

fn same(a: &Report, b: &Report, what: &str) {
    for (x, y) in a.verdicts.iter().zip(&b.verdicts) {
        assert_eq!(x, y, "{what}: check {} / {}", a.checks[x.check as usize].id, b.checks[y.check as usize].id);
    }
    assert!(a == b, "{what}: reports differ");
}

#[test]
fn projection_and_cache_change_no_verdict() {
    let corpus = corpus();
    let rounds: usize = std::env::var("AUDIT_TEST_ROUNDS").ok().and_then(|r| r.parse().ok()).unwrap_or(1);
    let benchmarks = |s: &mut Settings| s.benchmarks = vec!["pss-baseline".into(), "pss-restricted".into()];
    for round in 0..rounds {
        let mut r = Random(round as u64 + 1);
        let mut objects = sample(&corpus, &mut r);
        for object in &mut objects {
            for _ in 0..r.below(4) {
                mutate(object, &mut r, &corpus);
            }
            if !object.is_object() {
                *object = serde_json::json!({"apiVersion": "v1", "kind": "Pod"});
            }
        }
        let cached = without_error_texts(run(&objects, benchmarks));
        let uncached = without_error_texts(run(&objects, |s| {
            benchmarks(s);
            s.policy = evaluator::Settings { cache: false, ..s.policy.clone() };
        }));
        let whole = without_error_texts(run(&objects, |s| {
            benchmarks(s);
            s.policy = evaluator::Settings { whole_input: true, ..s.policy.clone() };
        }));
        same(&cached, &uncached, "cache");
        let interpreted = without_error_texts(run(&objects, |s| {
            benchmarks(s);
            s.policy = evaluator::Settings { interpreter: true, ..s.policy.clone() };
        }));
        same(&cached, &whole, "projection");
        same(&cached, &interpreted, "interpreter");
        assert!(cached.verdicts.len() > objects.len());
    }
}

#[test]
fn order_of_input_and_threads_change_nothing() {
    let objects = sample(&corpus(), &mut Random(9));
    let one = run(&objects, |s| s.threads = 1);
    let four = run(&objects, |s| s.threads = 4);
    same(&one, &four, "threads");
}

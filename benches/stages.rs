//! What each stage of a scan costs: `cargo bench --bench stages`. 200 workloads of the fleet of `benches/corpus.rs`.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "corpus.rs"]
#[allow(dead_code)]
mod corpus;

use criterion::{Criterion, Throughput};
use kube_audit::audit::{self, Job, Loaded, Settings};
use kube_audit::model::inventory::Coverage;
use kube_audit::model::tree::Tree;
use kube_audit::policy::engine::worker::Constants;
use kube_audit::policy::evaluator::{Evaluator, Subject};
use kube_audit::policy::plan::{Plan, Selection};
use kube_audit::policy::{builtin, normalise, testing};
use kube_audit::report::{self, Format, View};
use kube_audit::source::{self, Document, Emit};
use std::ops::ControlFlow;

const WORKLOADS: u64 = 200;

fn documents(dir: &std::path::Path, how: &source::Settings) -> Vec<Document> {
    let found = source::discover(&[dir.to_path_buf()], how);
    let mut all = Vec::new();
    for input in &found.inputs {
        let _ = source::documents(input, how, &mut |emit| {
            if let Emit::Document(d) = emit {
                all.push(d);
            }
            ControlFlow::Continue(())
        });
    }
    all
}

fn main() {
    testing::with_stack(stages).unwrap();
}

fn stages() {
    let mut criterion = Criterion::default().sample_size(20).configure_from_args();
    let mut group = criterion.benchmark_group("fleet of 200 workloads");
    let dir = tempfile::tempdir().unwrap();
    let text = corpus::text("fleet", 0, WORKLOADS, &mut corpus::seeded(1));
    std::fs::write(dir.path().join("fleet.yaml"), &text).unwrap();
    let how = source::Settings::default();
    let documents = documents(dir.path(), &how);
    group.throughput(Throughput::Bytes(text.len() as u64));

    let mut tree = Tree::with_capacity(1 << 14);
    group.bench_function("split", |b| b.iter(|| self::documents(dir.path(), &how).len()));
    group.bench_function("parse", |b| {
        b.iter(|| {
            for document in &documents {
                tree.clear();
                source::load(document, &mut tree, &how);
            }
        })
    });
    group.bench_function("yaml_serde, for comparison", |b| {
        b.iter(|| {
            use serde::Deserialize;
            serde_yaml::Deserializer::from_str(&text).filter_map(|d| serde_yaml::Value::deserialize(d).ok()).count()
        })
    });
    let mut loaded: Vec<_> = documents
        .iter()
        .map(|document| {
            let mut tree = Tree::with_capacity(1 << 12);
            let loaded = source::load(document, &mut tree, &how);
            (tree, loaded)
        })
        .collect();
    group.bench_function("normalise", |b| {
        b.iter(|| {
            let mut containers = 0;
            for (tree, loaded) in &loaded {
                let mut tree = tree.clone();
                for object in &loaded.objects {
                    let places = normalise::places(&mut tree, &object.id, ("f", 0, 1), object.node, &[]);
                    containers += places.pods.iter().map(|p| p.containers.len()).sum::<usize>();
                }
            }
            containers
        })
    });

    let catalog = builtin::catalog();
    let constants = Constants {
        date: "2026-11-20".into(),
        tables: catalog.tables.clone().into_iter().collect(),
        params: audit::default_params(&catalog).to_string(),
        ..Constants::default()
    };
    let policy = kube_audit::policy::evaluator::Settings { constants, ..Default::default() };
    let evaluator = || {
        let plan = Plan::new(&catalog, &Selection::default(), &Coverage::files(false));
        Evaluator::new(&catalog, plan, policy.clone())
    };
    let mut all = |evaluator: &Evaluator<'_>| {
        let mut session = evaluator.session();
        let mut verdicts = 0;
        for (tree, loaded) in &mut loaded {
            session.next_document();
            for object in &loaded.objects {
                let mut tree = tree.clone();
                let subject = Subject {
                    id: &object.id,
                    origin: &object.origin,
                    node: object.node,
                    diagnostics: &object.diagnostics,
                    source: None,
                };
                verdicts += session.examine(&mut tree, &subject).verdicts.len();
            }
        }
        verdicts
    };
    group.bench_function("evaluate, cold", |b| b.iter(|| all(&evaluator())));
    let warm = evaluator();
    all(&warm);
    group.bench_function("evaluate, warm", |b| b.iter(|| all(&warm)));

    let settings = Settings { policy: policy.clone(), coverage: Coverage::files(false), ..Settings::default() };
    let load = |number: usize, tree: &mut Tree| {
        let document = &documents[number];
        let loaded = source::load(document, tree, &how);
        let objects = loaded.objects.into_iter();
        Job {
            order: (0, number as u32, 0),
            objects: objects
                .map(|o| Loaded { id: o.id, origin: o.origin, node: o.node, diagnostics: o.diagnostics })
                .collect(),
            text: document.text.clone(),
            line: document.line,
            ..Job::default()
        }
    };
    let run = || audit::run(&catalog, &settings, |send| (0..documents.len()).for_each(|n| assert!(send(n))), &load).0;
    group.bench_function("whole run", |b| b.iter(run));
    let told = run();
    for format in [Format::Json, Format::Table, Format::Sarif] {
        group.bench_function(format!("report {format:?}"), |b| {
            b.iter(|| report::write(format, &told, &View::default(), &mut std::io::sink()).unwrap())
        });
    }
    group.finish();
    criterion.final_summary();
}

//! An audit in this process of what a collection brought.

use kube_audit::audit::{self, Job, Loaded, Settings};
use kube_audit::model::object::{ObjectId, Origin};
use kube_audit::model::tree::Tree;
use kube_audit::policy::builtin;
use kube_audit::policy::catalog::Catalog;
use kube_audit::source::cluster::{Collected, Item};
use kube_audit::source::{Limits, json};
use std::collections::BTreeMap;

/// Outcomes (`pass`, `not-assessed` ...) by check and object, `Kind/name` or `Kind/namespace/name`.
pub type Said = BTreeMap<(String, String), String>;

/// The built-in checks, or some of them.
pub struct Auditor {
    pub catalog: Catalog,
    /// ids; empty = those that run without being selected
    pub only: Vec<String>,
}

impl Auditor {
    /// Those that run without being selected.
    pub fn new() -> Auditor {
        Auditor { catalog: builtin::catalog(), only: Vec::new() }
    }

    /// Those whose verdict depends on other objects.
    pub fn of_what_depends_on_others() -> Auditor {
        let catalog = builtin::catalog();
        let depends = catalog.checks.iter().filter(|c| c.enabled && !c.is_foreign() && c.analysis.deferred);
        let only = depends.map(|c| c.id.clone()).collect();
        Auditor { catalog, only }
    }

    /// Judges the objects, as completely as they are known.
    pub fn audit(&self, collected: &Collected, items: Vec<Item>) -> Said {
        let mut settings = Settings { coverage: collected.coverage(), include_passed: true, ..Settings::default() };
        settings.selection.only.clone_from(&self.only);
        settings.policy.constants.date = "2026-01-01".into();
        let version = collected.server.version.trim_start_matches('v').split('.').take(2).collect::<Vec<_>>().join(".");
        settings.selection.kubernetes_version.clone_from(&version);
        settings.policy.constants.kubernetes_version = version;
        settings.policy.constants.tables = self.catalog.tables.clone().into_iter().collect();
        settings.policy.constants.params = audit::default_params(&self.catalog).to_string();
        let load = |(number, item): (u32, Item), tree: &mut Tree| {
            let text = std::str::from_utf8(&item.bytes).unwrap();
            let mut diagnostics = Vec::new();
            json::parse(text, tree, &Limits::default(), &mut diagnostics).unwrap();
            let id = ObjectId {
                api_version: item.api_version,
                kind: item.kind,
                namespace: item.namespace.into(),
                name: item.name.into(),
            };
            let origin = Origin::Cluster { context: "test".into() };
            let loaded = Loaded { id, origin, node: tree.root(), diagnostics };
            Job { order: (number, 0, 0), objects: vec![loaded], ..Job::default() }
        };
        let produce =
            |give: &mut dyn FnMut((u32, Item)) -> bool| (0..).zip(items).for_each(|piece| assert!(give(piece)));
        let (report, _) = audit::run(&self.catalog, &settings, produce, &load);
        let verdicts = report.verdicts.iter();
        verdicts
            .map(|v| {
                let id = &report.objects[v.object as usize].id;
                let outcome = serde_json::to_value(v.outcome()).unwrap().as_str().unwrap().to_owned();
                let object = match &*id.namespace {
                    "" => format!("{}/{}", id.kind, id.name),
                    namespace => format!("{}/{namespace}/{}", id.kind, id.name),
                };
                ((report.checks[v.check as usize].id.to_string(), object), outcome)
            })
            .collect()
    }
}

//! One case of a check, run.

use super::{Case, Loaded, Surroundings, patch};
use crate::model::check::{Check, Scope, Severity};
use crate::model::inventory::Coverage;
use crate::model::object::{ObjectId, Origin};
use crate::model::tree::Tree;
use crate::model::verdict::{Finding, Outcome, Verdict};
use crate::policy::catalog::Catalog;
use crate::policy::deferred::LastPhase;
use crate::policy::engine::worker::{Constants, LineCoverage, STACK_BYTES};
use crate::policy::evaluator::{Evaluator, Settings, Subject};
use crate::policy::inventory::Inventory;
use crate::policy::plan::{Plan, Selection};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// What a case gave.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Got {
    /// outcome on the subject
    pub outcome: String,
    /// pointers, those of other objects as `Kind/name#/pointer`
    pub at: BTreeSet<String>,
    /// messages
    pub messages: Vec<String>,
    /// pointer and message of each finding
    pub found: Vec<(String, String)>,
    /// ids of related objects
    pub related: BTreeSet<String>,
    /// whether findings are masked
    pub sensitive: BTreeSet<bool>,
    /// pointers of masked findings whose message contains the value
    pub leaks: Vec<String>,
    /// what is wrong with fixes
    pub unfixed: Vec<String>,
    /// values at the pointers of findings once their fixes are applied
    pub fixed: Vec<Value>,
    /// fixes: number of the object, pointer, JSON Patch
    pub fixes: Vec<(usize, String, String)>,
    /// worst severity
    pub severity: Option<Severity>,
    /// errors and reasons, to show
    pub detail: Vec<String>,
}

/// Runs one case of a check.
///
/// # Errors
/// When the check does not load at all.
pub fn run(catalog: &Catalog, check: &Check, case: &Case, around: Surroundings<'_>) -> Result<Got, String> {
    run_noting(catalog, check, case, around, None)
}

/// Gives a closure a thread with the stack that the interpreter needs.
pub fn with_stack<T: Send>(work: impl FnOnce() -> T + Send) -> std::io::Result<T> {
    std::thread::scope(|scope| {
        let spawned = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work)?;
        spawned.join().map_err(|_| std::io::Error::other("the thread broke"))
    })
}

/// The same, noting the lines of the check that were reached.
pub(super) fn run_noting(
    catalog: &Catalog,
    check: &Check,
    case: &Case,
    around: Surroundings<'_>,
    lines: Option<Arc<LineCoverage>>,
) -> Result<Got, String> {
    let objects = case.loaded(around.reader);
    let mut got = run_objects(catalog, check, case, &objects, around, lines)?;
    for (number, at, fix) in &got.fixes.clone() {
        let pointer = at.split_once('#').map_or(at.as_str(), |(_, p)| p);
        let mut fixed_values = std::mem::take(&mut got.fixed);
        let mut again = || {
            let value = patch::apply(&objects[*number].value, fix)?;
            fixed_values.push(value.pointer(pointer).cloned().unwrap_or_default());
            let fixed = |(i, o): (usize, &Loaded)| Loaded {
                value: if i == *number { value.clone() } else { o.value.clone() },
                diagnostics: o.diagnostics.clone(),
            };
            let objects: Vec<Loaded> = objects.iter().enumerate().map(fixed).collect();
            run_objects(catalog, check, case, &objects, around, None)
        };
        let again = again();
        got.fixed = fixed_values;
        let count = |got: &Got| got.found.iter().filter(|(a, _)| a == at).count();
        match again {
            Ok(after) if after.outcome == "error" => {
                got.unfixed.push(format!("the fix of {at:?} makes the check fail: {}", after.detail.join("; ")));
            }
            Ok(after) if count(&after) < count(&got) && after.found.len() < got.found.len() => {}
            Ok(_) => got.unfixed.push(format!("the fix of {at:?} does not remove its finding alone: {fix}")),
            Err(why) => got.unfixed.push(format!("the fix of {at:?} cannot be applied: {why}")),
        }
    }
    Ok(got)
}

fn run_objects(
    catalog: &Catalog,
    check: &Check,
    case: &Case,
    objects: &[Loaded],
    around: Surroundings<'_>,
    lines: Option<Arc<LineCoverage>>,
) -> Result<Got, String> {
    let permissions = around.permissions;
    let mut settings =
        Settings { limit: Duration::from_secs(2), cache: false, lines, permissions, ..Settings::default() };
    let mut params = serde_json::Map::new();
    for (name, p) in &check.params {
        params.insert(name.clone(), serde_json::from_str(&p.default).unwrap_or(Value::Null));
    }
    for (name, value) in &case.params {
        if !check.params.contains_key(name) {
            return Err(format!("case sets param {name:?}, which the check does not declare"));
        }
        params.insert(name.clone(), value.clone());
    }
    settings.constants = Constants {
        kubernetes_version: case.kubernetes.clone().unwrap_or_default(),
        date: case.date.clone().unwrap_or_else(|| "2026-01-01".to_owned()),
        params: json!({ &check.id: params }).to_string(),
        tables: catalog
            .tables
            .iter()
            .filter(|(n, _)| check.analysis.tables.contains(n))
            .map(|(n, t)| (n.clone(), t.clone()))
            .collect(),
    };
    let selection = Selection {
        only: vec![check.id.clone()],
        kubernetes_version: case.kubernetes.clone().unwrap_or_default(),
        ..Selection::default()
    };
    let plan = Plan::new(catalog, &selection, &Coverage::files(case.complete));
    let evaluator = Evaluator::new(catalog, plan, settings);
    let mut session = evaluator.session();
    let mut kept = Vec::new();
    let mut items = Vec::new();
    let origin = Origin::File { path: "case.yaml".into(), document: 0, line: 1, template: None };
    for (number, loaded) in objects.iter().enumerate() {
        let mut tree = Tree::with_capacity(1024);
        let root = tree.plant(&loaded.value);
        tree.set_root(root);
        let id = identity(&tree);
        session.next_document();
        let subject = Subject { id: &id, origin: &origin, node: root, diagnostics: &loaded.diagnostics, source: None };
        let mut examined = session.examine(&mut tree, &subject);
        items.append(&mut examined.items);
        kept.push((number, id, examined));
    }
    let mut got = Got { outcome: "none".to_owned(), ..Got::default() };
    let phase = LastPhase::new(&evaluator, &Arc::new(Inventory::new(items)));
    let mut last = phase.session();
    let mut record = |number: usize, id: &ObjectId, passed: bool, verdicts: &[Verdict]| {
        if number == 0 && passed {
            got.outcome = "pass".to_owned();
        }
        for verdict in verdicts {
            if number == 0 {
                got.outcome = verdict.outcome().word().to_owned();
                got.severity = verdict.worst();
            }
            got.detail.extend(verdict.errors.iter().map(|e| e.to_string()));
            got.detail.extend(verdict.reason.iter().map(|r| format!("{}: {}", r.word(), r.detail())));
            for finding in &verdict.findings {
                let at = match number {
                    0 => finding.pointer.to_string(),
                    _ => format!("{}/{}#{}", id.kind, id.name, finding.pointer),
                };
                got.at.insert(at.clone());
                got.related.extend(Some(finding.related.to_string()).filter(|r| !r.is_empty()));
                got.sensitive.insert(finding.sensitive);
                got.leaks.extend(leaks(finding, &objects[number].value).then(|| at.clone()));
                if !finding.fix.is_empty() {
                    got.fixes.push((number, at.clone(), finding.fix.to_string()));
                }
                got.found.push((at, finding.message.to_string()));
                got.messages.push(finding.message.to_string());
            }
            debug_assert_ne!(verdict.outcome(), Outcome::Waived);
        }
    };
    if check.scope == Scope::Cluster {
        let id = ObjectId { kind: "Cluster".into(), ..ObjectId::default() };
        let out = last.cluster(&id);
        record(0, &id, !out.passed.is_empty(), &out.verdicts);
    } else {
        for (number, id, examined) in &kept {
            record(*number, id, !examined.passed.is_empty(), &examined.verdicts);
            if let Some(waiting) = &examined.waiting {
                let out = last.examine(id, waiting);
                record(*number, id, !out.passed.is_empty(), &out.verdicts);
            }
        }
    }
    Ok(got)
}

/// Shorter values are in texts by chance.
const SECRET_CHARS: usize = 4;

fn leaks(finding: &Finding, object: &Value) -> bool {
    let value = object.pointer(&finding.pointer).and_then(Value::as_str);
    finding.sensitive && value.is_some_and(|v| v.len() >= SECRET_CHARS && finding.message.contains(v))
}

/// Who an object is.
pub(super) fn identity(tree: &Tree) -> ObjectId {
    let root = tree.root();
    let at = |keys: &[&str]| tree.path(root, keys).and_then(|n| tree.as_str(n)).unwrap_or("").into();
    ObjectId {
        api_version: at(&["apiVersion"]),
        kind: at(&["kind"]),
        namespace: at(&["metadata", "namespace"]),
        name: at(&["metadata", "name"]),
    }
}

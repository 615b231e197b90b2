//! Cases of checks: read, run, judged. The same files are tests, examples of the documentation and fixtures.

mod suite;

pub use suite::{Failure, Tested, test};

use super::catalog::Catalog;
use super::deferred::LastPhase;
use super::engine::worker::{Constants, LineCoverage, STACK_BYTES};
use super::evaluator::{Evaluator, Settings, Subject};
use super::inventory::Inventory;
use super::metadata::Problem;
use super::plan::{Plan, Selection};
use crate::model::check::{Check, Scope, Severity};
use crate::model::inventory::Coverage;
use crate::model::object::{Diagnostic, ObjectId, Origin};
use crate::model::permissions::Build;
use crate::model::tree::Tree;
use crate::model::verdict::{Outcome, Verdict};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// One case as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// what it shows
    pub name: String,
    /// a whole object
    pub object: Option<Value>,
    /// several; the first is the subject
    #[serde(default)]
    pub objects: Vec<Value>,
    /// a pod spec, merged over a minimal Pod
    pub pod: Option<Value>,
    /// a container, merged over the minimal Pod's
    pub container: Option<Value>,
    /// manifest text read by the loader
    pub yaml: Option<String>,
    /// pointers of all findings on the subject
    #[serde(default)]
    pub at: Vec<String>,
    /// outcome; default by `at`
    pub outcome: Option<String>,
    /// text that a message must contain
    pub message: Option<String>,
    /// severity of the worst finding
    pub severity: Option<Severity>,
    /// settings of the check
    #[serde(default)]
    pub params: BTreeMap<String, Value>,
    /// Kubernetes version
    pub kubernetes: Option<String>,
    /// date
    pub date: Option<String>,
    /// whether the inventory is complete
    #[serde(default = "yes")]
    pub complete: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    cases: Vec<Case>,
}

/// Reads a case file.
///
/// # Errors
/// The first problem with its line: YAML, unknown key, no case, twice the same name.
pub fn read(file: &str, text: &str) -> Result<Vec<Case>, Problem> {
    let cases: Cases = serde_yaml::from_str(text)
        .map_err(|e| Problem::new(file, e.location().map_or(1, |l| l.line() as u32), e.to_string()))?;
    let mut names = BTreeSet::new();
    for case in &cases.cases {
        let line = text.lines().position(|l| l.contains(&case.name)).map_or(1, |l| l as u32 + 1);
        if !names.insert(case.name.clone()) {
            return Err(Problem::new(file, line, format!("two cases are called {:?}", case.name)));
        }
        let given = [
            case.object.is_some(),
            !case.objects.is_empty(),
            case.pod.is_some(),
            case.container.is_some(),
            case.yaml.is_some(),
        ];
        if given.iter().filter(|g| **g).count() != 1 {
            let message = format!("case {:?} needs exactly one of object, objects, pod, container, yaml", case.name);
            return Err(Problem::new(file, line, message));
        }
    }
    Ok(cases.cases)
}

/// An object as the loader read it from a `yaml` case.
pub struct Loaded {
    /// its value
    pub value: Value,
    /// what the loader saw
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads manifest text for `yaml` cases.
pub type Reader<'r> = &'r (dyn Fn(&str) -> Vec<Loaded> + Sync);

/// What cases need from elsewhere.
#[derive(Clone, Copy)]
pub struct Surroundings<'r> {
    /// reads manifest text
    pub reader: Reader<'r>,
    /// works out effective permissions; without it, checks that ask for them give errors
    pub permissions: Option<Build>,
}

/// The minimal Pod that `pod` and `container` are merged over.
fn minimal() -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "example", "namespace": "default"},
        "spec": {"containers": [{"name": "app", "image": "registry.example.com/app:1.0"}]}
    })
}

fn merge(base: &mut Value, over: &Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (k, v) in over {
                merge(base.entry(k.clone()).or_insert(Value::Null), v);
            }
        }
        (base, over) => *base = over.clone(),
    }
}

impl Case {
    /// The case's objects; the first is the subject.
    pub fn loaded(&self, reader: Reader<'_>) -> Vec<Loaded> {
        let plain = |value: Value| Loaded { value, diagnostics: Vec::new() };
        if let Some(yaml) = &self.yaml {
            return reader(yaml);
        }
        if let Some(object) = &self.object {
            return vec![plain(object.clone())];
        }
        if let Some(container) = &self.container {
            let mut pod = minimal();
            merge(&mut pod["spec"]["containers"][0], container);
            return vec![plain(pod)];
        }
        if let Some(spec) = &self.pod {
            let mut pod = minimal();
            merge(&mut pod["spec"], spec);
            return vec![plain(pod)];
        }
        self.objects.iter().cloned().map(plain).collect()
    }

    /// The outcome that the case expects.
    pub fn expected(&self) -> &str {
        match &self.outcome {
            Some(outcome) => outcome,
            None if self.at.is_empty() => "pass",
            None => "fail",
        }
    }
}

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
    /// fixes and related objects, which cases do not state
    pub unstated: Vec<String>,
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
fn run_noting(
    catalog: &Catalog,
    check: &Check,
    case: &Case,
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
    for (number, loaded) in case.loaded(around.reader).into_iter().enumerate() {
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
                got.unstated.push(format!("{} {} {}", finding.fix, finding.related, finding.sensitive));
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

fn identity(tree: &Tree) -> ObjectId {
    let root = tree.root();
    let at = |keys: &[&str]| tree.path(root, keys).and_then(|n| tree.as_str(n)).unwrap_or("").into();
    ObjectId {
        api_version: at(&["apiVersion"]),
        kind: at(&["kind"]),
        namespace: at(&["metadata", "namespace"]),
        name: at(&["metadata", "name"]),
    }
}

/// What is wrong with what a case gave; `None` when all is as expected.
pub fn judge(case: &Case, got: &Got) -> Option<String> {
    let want: BTreeSet<String> = case.at.iter().cloned().collect();
    let detail = if got.detail.is_empty() { String::new() } else { format!(" ({})", got.detail.join("; ")) };
    if got.outcome != case.expected() {
        return Some(format!(
            "outcome is {}, expected {}{detail}{}",
            got.outcome,
            case.expected(),
            list(" at", &got.at)
        ));
    }
    if got.at != want {
        let missing: BTreeSet<String> = want.difference(&got.at).cloned().collect();
        let extra: BTreeSet<String> = got.at.difference(&want).cloned().collect();
        return Some(format!("findings differ:{}{}{detail}", list(" missing", &missing), list(" unexpected", &extra)));
    }
    if let Some(text) = &case.message
        && !got.messages.iter().any(|m| m.contains(text.as_str()))
    {
        return Some(format!("no message contains {text:?}: {:?}", got.messages));
    }
    if let Some(severity) = case.severity
        && got.severity != Some(severity)
    {
        return Some(format!("severity is {}, expected {severity}", got.severity.map_or("none", Severity::word)));
    }
    None
}

fn list(label: &str, set: &BTreeSet<String>) -> String {
    if set.is_empty() {
        return String::new();
    }
    format!("{label} {}", set.iter().map(|s| format!("{s:?}")).collect::<Vec<_>>().join(", "))
}

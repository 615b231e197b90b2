//! Cases of checks: read, run, judged. The same files are tests, examples of the documentation and fixtures.

mod judge;
mod patch;
mod places;
mod run;
mod suite;

pub use judge::judge;
pub use places::elsewhere;
pub use run::{Got, run, with_stack};
pub use suite::{Failure, Tested, test};

use super::metadata::Problem;
use crate::model::check::Severity;
use crate::model::object::Diagnostic;
use crate::model::permissions::Build;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

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
    /// text that a message, or the reason for no verdict, must contain
    pub message: Option<String>,
    /// severity of the worst finding
    pub severity: Option<Severity>,
    /// ids of the related objects that all findings name, exactly
    pub related: Option<BTreeSet<String>>,
    /// whether the findings are masked in reports
    pub sensitive: Option<bool>,
    /// value at the pointer of each finding that has a fix, once it is applied
    pub fixed: Option<Value>,
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
    /// whether it holds in the check's other places, too: other container types, and a pod template
    #[serde(default = "yes")]
    pub elsewhere: bool,
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

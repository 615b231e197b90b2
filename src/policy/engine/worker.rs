//! Running checks: a prepared program, and workers that evaluate one check on one input.

use super::{native, native_rbac, syntax, value};
use crate::model::check::{Check, Severity};
use crate::model::permissions::Permissions;
use crate::policy::catalog::Source;
use crate::policy::inventory::Inventory;
use crate::policy::metadata::Problem;
use regorus::Value;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// Constants of a run that checks can read.
#[derive(Clone, Debug, Default)]
pub struct Constants {
    /// `data.kubernetes.version`; empty = unknown
    pub kubernetes_version: String,
    /// `data.run.date`
    pub date: String,
    /// `data.params` as JSON text: check id -> name -> value
    pub params: String,
    /// `data.tables`: name -> JSON text
    pub tables: Vec<(String, String)>,
}

/// What checks of the last phase can ask; nothing before it.
#[derive(Clone, Default)]
pub struct Asked<'i> {
    /// objects
    pub inventory: Option<&'i Arc<Inventory>>,
    /// effective permissions, when a check asks for them
    pub permissions: Option<Arc<dyn Permissions>>,
}

/// What a check found at one place: the path is below the place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalFinding {
    /// pointer below the place
    pub path: Arc<str>,
    /// noun, fact, value
    pub message: Arc<str>,
    /// what the path is below
    pub at: At,
    /// severity
    pub severity: Severity,
    /// JSON Patch as JSON text, empty when there is none
    pub fix: Arc<str>,
    /// related object
    pub related: Arc<str>,
    /// value and message are masked
    pub sensitive: bool,
}

/// What a finding's path is below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum At {
    /// the place of the check's scope
    Place,
    /// the pod template
    Pod,
    /// the object
    Object,
}

/// What one check says at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Local {
    /// does not apply
    None,
    /// nothing found
    Pass,
    /// found something
    Fail(Arc<[LocalFinding]>),
    /// evidence is missing
    NotAssessed(Arc<str>),
    /// broke
    Error(Arc<str>),
}

/// Lines of sources that evaluations reached, and those that they did not: file -> line -> reached.
#[derive(Debug, Default)]
pub struct LineCoverage(
    pub std::sync::Mutex<std::collections::BTreeMap<String, std::collections::BTreeMap<u32, bool>>>,
);

impl LineCoverage {
    fn add(&self, engine: &regorus::Engine) {
        let (Ok(report), Ok(mut all)) = (engine.get_coverage_report(), self.0.lock()) else { return };
        for file in report.files {
            let lines = all.entry(file.path).or_default();
            for line in file.not_covered {
                lines.entry(line).or_default();
            }
            lines.extend(file.covered.into_iter().map(|line| (line, true)));
        }
    }
}

/// Checks ready to run.
pub struct Program {
    engine: regorus::Engine,
    rules: Vec<Rules>,
    limit: Duration,
    coverage: Option<Arc<LineCoverage>>,
}

#[derive(Clone)]
struct Rules {
    id: Arc<str>,
    file: Arc<str>,
    severity: Severity,
    deny: String,
    applies: Option<String>,
    not_assessed: Option<String>,
}

/// The interpreter's stack: recursion in Rego is refused by lint, deep data is not.
pub const STACK_BYTES: usize = 64 << 20;

impl Program {
    /// Prepares checks with the libraries they import. `limit` bounds one evaluation.
    ///
    /// # Errors
    /// The first source that does not load.
    pub fn new<'c>(
        checks: impl IntoIterator<Item = (&'c Check, &'c Source)>,
        libraries: &[Source],
        constants: &Constants,
        asked: Asked<'_>,
        limit: Duration,
    ) -> Result<Program, Problem> {
        let mut engine = syntax::interpreter();
        let mut rules = Vec::new();
        let mut needed = std::collections::BTreeSet::new();
        // Tables are large; a program gets those that its sources mention.
        let mut mentioned = std::collections::BTreeSet::new();
        let mut mention = |source: &Source| {
            let named = constants.tables.iter().map(|(n, _)| n.as_str()).filter(|n| source.code.contains(*n));
            mentioned.extend(named.map(str::to_owned));
        };
        let add = |engine: &mut regorus::Engine, source: &Source| {
            engine
                .add_policy(source.file.clone(), source.code.clone())
                .map(drop)
                .map_err(|e| syntax::problem(&source.file, &e.to_string()))
        };
        for (check, source) in checks {
            add(&mut engine, source)?;
            mention(source);
            needed.extend(check.analysis.libraries.iter().cloned());
            let rule = |name: &str| format!("data.{}.{name}", check.package);
            rules.push(Rules {
                id: check.id.as_str().into(),
                file: check.file.as_str().into(),
                severity: check.severity,
                deny: rule("deny"),
                applies: check.analysis.has_applies.then(|| rule("applies")),
                not_assessed: check.analysis.has_not_assessed.then(|| rule("not_assessed")),
            });
        }
        for library in libraries.iter().filter(|l| needed.contains(&l.package)) {
            add(&mut engine, library)?;
            mention(library);
        }
        let internal = |e: anyhow::Error| Problem::new("(engine)", 0, e.to_string());
        native::register(&mut engine).map_err(internal)?;
        let empty = Arc::default();
        native::register_inventory(&mut engine, asked.inventory.unwrap_or(&empty)).map_err(internal)?;
        native_rbac::register(&mut engine, &asked.permissions).map_err(internal)?;
        engine.add_data(data(constants, &mentioned)).map_err(internal)?;
        engine.set_strict_builtin_errors(true);
        if let Some(check_interval) = NonZeroU32::new(1024) {
            engine.set_execution_timer_config(regorus::utils::limits::ExecutionTimerConfig { limit, check_interval });
        }
        Ok(Program { engine, rules, limit, coverage: None })
    }

    /// Notes the lines that evaluations reach.
    pub fn note_lines(&mut self, coverage: Arc<LineCoverage>) {
        self.engine.set_enable_coverage(true);
        self.coverage = Some(coverage);
    }

    /// A worker of its own for a thread.
    pub fn worker(&self) -> Worker<'_> {
        Worker { program: self, engine: self.engine.clone() }
    }

    /// Number of checks.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }
}

fn data(constants: &Constants, mentioned: &std::collections::BTreeSet<String>) -> Value {
    let mut data = Vec::new();
    if !constants.kubernetes_version.is_empty() {
        let version = value::map([("version".to_owned(), Value::from(constants.kubernetes_version.as_str()))]);
        data.push(("kubernetes".to_owned(), version));
    }
    data.push(("run".to_owned(), value::map([("date".to_owned(), Value::from(constants.date.as_str()))])));
    let params = value::from_json(&constants.params).unwrap_or_else(Value::new_object);
    data.push(("params".to_owned(), params));
    let tables = constants
        .tables
        .iter()
        .filter(|(n, _)| mentioned.contains(n))
        .filter_map(|(n, t)| Some((n.clone(), value::from_json(t)?)));
    data.push(("tables".to_owned(), value::map(tables)));
    value::map(data)
}

thread_local! {
    static EVALUATING: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Runs something whose panics are caught and become errors of a check.
pub fn evaluating<T>(run: impl FnOnce() -> T) -> T {
    EVALUATING.set(true);
    let out = run();
    EVALUATING.set(false);
    out
}

/// Whether this thread is inside the interpreter, whose panics are caught and become errors of the check.
pub fn is_evaluating() -> bool {
    EVALUATING.get()
}

/// Evaluates checks; belongs to one thread, which must have a stack of [`STACK_BYTES`].
pub struct Worker<'p> {
    program: &'p Program,
    engine: regorus::Engine,
}

/// How often a check was evaluated, and how long that took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// evaluations of `deny`
    pub evaluations: u64,
    /// their time
    pub time: Duration,
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        if let Some(coverage) = &self.program.coverage {
            coverage.add(&self.engine);
        }
    }
}

impl Worker<'_> {
    /// Evaluates check number `check` of the program on an input. Errors, timeouts and panics are outcomes.
    pub fn evaluate(&mut self, check: usize, input: Value) -> Local {
        let rules = &self.program.rules[check];
        let engine = &mut self.engine;
        let run = std::panic::AssertUnwindSafe(|| -> anyhow::Result<Local> {
            engine.set_input(input);
            if let Some(rule) = &rules.applies
                && engine.eval_rule(rule.clone())? != Value::Bool(true)
            {
                return Ok(Local::None);
            }
            let denied = engine.eval_rule(rules.deny.clone())?;
            let findings = findings(&denied, rules.severity)?;
            if !findings.is_empty() {
                return Ok(Local::Fail(findings.into()));
            }
            if let Some(rule) = &rules.not_assessed {
                let reasons = engine.eval_rule(rule.clone())?;
                if let Ok(set) = reasons.as_set()
                    && let Some(reason) = set.iter().next()
                {
                    let reason = reason.as_string().map_or_else(|_| reason.to_string(), |s| s.to_string());
                    return Ok(Local::NotAssessed(reason.into()));
                }
            }
            Ok(Local::Pass)
        });
        let outcome = evaluating(|| std::panic::catch_unwind(run));
        match outcome {
            Ok(Ok(local)) => local,
            Ok(Err(e)) => {
                let text = e.to_string();
                if text.contains("time limit") || text.contains("exceeded") && text.contains("time") {
                    let limit = self.program.limit.as_millis();
                    return Local::Error(format!("{}: stopped after {limit} ms", rules.file).into());
                }
                let problem = syntax::problem(&rules.file, &text);
                Local::Error(problem.to_string().into())
            }
            Err(_) => {
                self.engine = self.program.engine.clone();
                Local::Error(format!("{}: the interpreter broke on this input (check {})", rules.file, rules.id).into())
            }
        }
    }
}

fn findings(denied: &Value, severity: Severity) -> anyhow::Result<Vec<LocalFinding>> {
    if *denied == Value::Undefined {
        return Ok(Vec::new());
    }
    let set = denied.as_set()?;
    let mut out = Vec::with_capacity(set.len());
    for item in set.iter() {
        let text = |key: &str| value::str_at(item, key);
        let Some(path) = text("path") else { anyhow::bail!("a finding has no `path`: {item}") };
        let Some(message) = text("msg") else { anyhow::bail!("a finding has no `msg`: {item}") };
        if !crate::model::pointer::is_valid(&path) {
            anyhow::bail!("a finding's `path` {path:?} is not a JSON pointer");
        }
        let at = match text("at").as_deref() {
            None => At::Place,
            Some("pod") => At::Pod,
            Some("object") => At::Object,
            Some(other) => anyhow::bail!("a finding's `at` is {other:?}; it can be \"pod\" or \"object\""),
        };
        let own = match text("severity") {
            Some(s) => s.parse::<Severity>().map_err(anyhow::Error::msg)?.max(severity),
            None => severity,
        };
        let object = item.as_object()?;
        let fix = object.get(&Value::from("fix")).map(|f| f.to_json_str()).transpose()?.unwrap_or_default();
        let sensitive = object.get(&Value::from("sensitive")) == Some(&Value::Bool(true));
        out.push(LocalFinding {
            path,
            message,
            at,
            severity: own,
            fix: fix.into(),
            related: text("object").unwrap_or_else(|| "".into()),
            sensitive,
        });
    }
    out.sort();
    Ok(out)
}

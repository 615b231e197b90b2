//! All cases of many checks, on all cores, with the lines of the checks that they reach.

use super::places::{Shown, elsewhere};
use super::run::run_noting;
use super::{Got, Surroundings, judge, read, run};
use crate::policy::catalog::Catalog;
use crate::policy::engine::worker::{LineCoverage, STACK_BYTES};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A failed case, or a defect of a case file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    /// id of the check
    pub check: String,
    /// name of the case; empty for the file
    pub case: String,
    /// what is wrong
    pub message: String,
    /// file of cases, or of the check when there is none
    pub file: String,
    /// line of the case, from 1
    pub line: u32,
}

/// Totals of a test run.
#[derive(Clone, Debug, Default)]
pub struct Tested {
    /// checks with cases
    pub checks: usize,
    /// cases run
    pub cases: usize,
    /// what failed, sorted
    pub failures: Vec<Failure>,
    /// names of the cases of each check
    pub names: BTreeMap<String, Vec<String>>,
    /// lines of each check's file, and whether a case reached them
    pub lines: BTreeMap<String, BTreeMap<u32, bool>>,
}

/// Runs every case of every check of `own`; `catalog` holds it together with the libraries and tables that it uses.
pub fn test(
    catalog: &Catalog,
    own: &[String],
    cases: &BTreeMap<String, (String, String)>,
    around: Surroundings<'_>,
    threads: usize,
) -> Tested {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let results = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            let spawned = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, || {
                loop {
                    let i = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let Some(id) = own.get(i) else { break };
                    let result = test_check(catalog, id, cases.get(id), around);
                    if let Ok(mut all) = results.lock() {
                        all.push(result);
                    }
                }
            });
            drop(spawned);
        }
    });
    let mut tested = Tested { checks: own.len(), ..Tested::default() };
    for mut one in results.into_inner().unwrap_or_default() {
        tested.cases += one.names.len();
        tested.failures.append(&mut one.failures);
        tested.lines.insert(one.id.clone(), one.lines);
        tested.names.insert(one.id, one.names);
    }
    tested.failures.sort();
    tested
}

/// What testing one check gave.
#[derive(Default)]
struct One {
    id: String,
    names: Vec<String>,
    failures: Vec<Failure>,
    lines: BTreeMap<u32, bool>,
}

fn test_check(catalog: &Catalog, id: &str, file: Option<&(String, String)>, around: Surroundings<'_>) -> One {
    let mut one = One { id: id.to_owned(), ..One::default() };
    let fail = |case: &str, file: &str, line: u32, message: String| Failure {
        check: id.to_owned(),
        case: case.to_owned(),
        message,
        file: file.to_owned(),
        line,
    };
    let Some(check) = catalog.check(id) else {
        one.failures.push(fail("", "", 1, "no such check".into()));
        return one;
    };
    let Some((path, text)) = file else {
        let message = format!("no cases: {} is missing", check.file.replace(".rego", ".yaml"));
        one.failures.push(fail("", &check.file, 1, message));
        return one;
    };
    let cases = match read(path, text) {
        Ok(cases) => cases,
        Err(e) => {
            one.failures.push(fail("", path, e.line, e.message));
            return one;
        }
    };
    let has = |outcome: &str| cases.iter().any(|c| c.expected() == outcome);
    if !has("fail") {
        one.failures.push(fail("", path, 1, "no case fires (a case with `at`)".into()));
    }
    if !has("pass") {
        one.failures.push(fail("", path, 1, "no case passes".into()));
    }
    let lines = Arc::new(LineCoverage::default());
    let mut shown = Shown::default();
    for written in &cases {
        let line = line_of(text, &written.name);
        for case in std::iter::once(written.clone()).chain(elsewhere(check, written)) {
            let wrong = match run_noting(catalog, check, &case, around, Some(lines.clone())) {
                Ok(got) => {
                    if let Some(first) = case.loaded(around.reader).first() {
                        shown.note(check, &first.value, &got);
                    }
                    judge(&case, &got).or_else(|| match run(catalog, check, &case, around) {
                        Ok(machine) => disagreement(&got, &machine),
                        Err(e) => Some(e),
                    })
                }
                Err(e) => Some(e),
            };
            if let Some(message) = wrong {
                one.failures.push(fail(&case.name, path, line, message));
                break;
            }
        }
    }
    // Cases that fail show nothing.
    if one.failures.is_empty() {
        one.failures.extend(shown.missing(check).into_iter().map(|m| fail("", path, 1, m)));
    }
    one.lines = lines.0.lock().ok().and_then(|mut all| all.remove(&check.file)).unwrap_or_default();
    one.names = cases.into_iter().map(|c| c.name).collect();
    one
}

/// Where the machine says something else than the interpreter; texts of errors may differ.
fn disagreement(interpreter: &Got, machine: &Got) -> Option<String> {
    let plain = |got: &Got| Got { detail: Vec::new(), ..got.clone() };
    let (a, b) = (plain(interpreter), plain(machine));
    (a != b).then(|| {
        let detail = [&interpreter.detail, &machine.detail].map(|d| d.join("; "));
        format!("the interpreter and the machine disagree: {a:?} ({}) and {b:?} ({})", detail[0], detail[1])
    })
}

/// The line on which a case starts.
fn line_of(text: &str, name: &str) -> u32 {
    let is_it = |line: &str| {
        let value = line.trim_start().strip_prefix("- ").unwrap_or(line).trim_start().strip_prefix("name:");
        value.is_some_and(|v| v.trim().trim_matches(['"', '\'']).starts_with(name))
    };
    text.lines().position(is_it).map_or(1, |i| i as u32 + 1)
}

//! Reports of the program, as maps of verdicts.

use assert_cmd::Command;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Check and object.
pub type Key = (String, String);

/// Outcome, and what was found: pointer, severity and message.
pub type Said = (String, BTreeSet<String>);

/// A report, read.
pub struct Reading {
    pub verdicts: BTreeMap<Key, Said>,
    pub report: Value,
}

/// `Kind namespace/name`, without the version that the object was read in.
fn name(object: &Value) -> String {
    let text = |key: &str| object[key].as_str().unwrap_or("").to_owned();
    format!("{} {}/{}", text("kind"), text("namespace"), text("name"))
}

/// Runs `audit` and reads its JSON report.
pub fn audit(args: &[&str]) -> Reading {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("audit"));
    let output = command.args(args).args(["--no-config", "--include-passed", "-o", "json"]).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stderr)));
    let objects = report["objects"].as_array().unwrap();
    let foreign = report["benchmarks"].as_array().into_iter().flatten();
    let foreign = foreign.flat_map(|b| b["results"].as_array().into_iter().flatten());
    let mut verdicts = BTreeMap::new();
    for result in report["results"].as_array().unwrap().iter().chain(foreign) {
        let object = &objects[result["object"].as_u64().unwrap() as usize];
        let found = result["findings"].as_array().unwrap().iter();
        let found = found.map(|f| format!("{} {} {}", f["pointer"], f["severity"], f["message"]).replace('"', ""));
        let outcome = match result["reason"].as_str() {
            Some(reason) if !reason.is_empty() => format!("{} ({reason})", result["outcome"].as_str().unwrap()),
            _ => result["outcome"].as_str().unwrap().to_owned(),
        };
        let key = (result["check"].as_str().unwrap().to_owned(), name(object));
        verdicts.insert(key, (outcome, found.collect()));
    }
    Reading { verdicts, report }
}

//! A folder of generated manifests: neither the number of threads, nor the names of files, nor the verdict cache, nor who evaluates changes the report.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../benches/corpus.rs"]
#[allow(dead_code)]
mod corpus;

use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;
use tempfile::TempDir;

/// Workloads, and files that they stand in.
fn size() -> (u64, u64) {
    let workloads = std::env::var("AUDIT_TEST_WORKLOADS").ok().and_then(|n| n.parse().ok()).unwrap_or(160);
    (workloads, workloads / 4)
}

fn fleet(kind: &str) -> TempDir {
    let dir = TempDir::new().unwrap();
    let (workloads, files) = size();
    let mut r = corpus::seeded(7);
    for f in 0..files {
        let text = corpus::text(kind, workloads * f / files, workloads * (f + 1) / files, &mut r);
        std::fs::write(dir.path().join(format!("{f:04}.yaml")), text).unwrap();
    }
    dir
}

fn scan(dir: &Path, args: &[&str]) -> Value {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("audit"));
    command.current_dir(dir).env_remove("AUDIT_CONFIG");
    let output = command.args(["scan", ".", "-o", "json", "--no-config", "--complete"]).args(args).output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    let mut report: Value = serde_json::from_slice(&output.stdout).unwrap();
    for name in ["started", "duration_ms"] {
        report["run"].as_object_mut().unwrap().shift_remove(name);
    }
    report
}

#[test]
fn threads_cache_and_interpreter_change_nothing() {
    for kind in ["fleet", "adversarial"] {
        let dir = fleet(kind);
        let one = scan(dir.path(), &["--threads", "1"]);
        let results = one["results"].as_array().unwrap().len();
        assert!(results > size().0 as usize, "{results} results");
        for args in [&["--threads", "4"][..], &["--no-verdict-cache"], &["--interpreter"]] {
            assert!(scan(dir.path(), args) == one, "{kind}: the report of {args:?} differs");
        }
    }
}

/// Every finding without the file and the number of its document.
fn findings(report: &Value) -> Vec<String> {
    let objects = report["objects"].as_array().unwrap();
    let mut all = Vec::new();
    for result in report["results"].as_array().unwrap() {
        let object = &objects[result["object"].as_u64().unwrap() as usize];
        let who = [&object["kind"], &object["namespace"], &object["name"], &result["check"], &result["outcome"]];
        for finding in result["findings"].as_array().into_iter().flatten() {
            let what = [&finding["pointer"], &finding["message"], &finding["severity"], &finding["place"]];
            all.push(format!("{who:?} {what:?}"));
        }
        all.push(format!("{who:?}"));
    }
    all.sort();
    all
}

#[test]
fn names_of_files_change_nothing() {
    let (dir, other) = (fleet("fleet"), TempDir::new().unwrap());
    let (_, files) = size();
    for f in 0..files {
        // 7919 is prime: every file gets another place in the order.
        let name = format!("{:05}.yaml", (f * 7919 + 13) % 100_003);
        std::fs::copy(dir.path().join(format!("{f:04}.yaml")), other.path().join(name)).unwrap();
    }
    let (a, b) = (scan(dir.path(), &[]), scan(other.path(), &[]));
    assert_eq!(findings(&a), findings(&b));
    assert_eq!(a["score"], b["score"]);
}

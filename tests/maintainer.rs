//! What a chart's maintainer is told: the findings in a release as `helm template` prints it, each of which one would agree with.
//!
//! A change of this list is a change for every user: read it as the maintainer of the chart before accepting the snapshot.
#![allow(clippy::unwrap_used, missing_docs)]

use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;

/// A line for each finding, worst first.
fn findings(more: &[&str]) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/maintainer");
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("audit"));
    command.current_dir(folder).args(["scan", "release.yaml", "--no-config", "--at", "2026-01-01", "-o", "json"]);
    let output = command.args(more).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let severities = ["critical", "high", "medium", "low", "info"];
    let mut lines = Vec::new();
    for result in report["results"].as_array().unwrap() {
        let object = &report["objects"][result["object"].as_u64().unwrap() as usize];
        let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
        for finding in result["findings"].as_array().into_iter().flatten() {
            let severity = text(&finding["severity"]);
            let rank = severities.iter().position(|s| *s == severity).unwrap();
            let place = text(&finding["place"]);
            let place = if place.is_empty() { place } else { format!(", {place}") };
            lines.push((
                rank,
                format!(
                    "{severity:<6} {}: {} [{} {}{place}]",
                    text(&result["check"]),
                    text(&finding["message"]),
                    text(&object["kind"]),
                    text(&object["name"]),
                ),
            ));
        }
    }
    lines.sort();
    lines.into_iter().map(|(_, line)| line + "\n").collect()
}

#[test]
fn a_release_as_it_is_printed() {
    insta::assert_snapshot!("release", findings(&[]));
}

#[test]
fn a_release_with_everything_beside_it() {
    insta::assert_snapshot!("release_complete", findings(&["--complete"]));
}

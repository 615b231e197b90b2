//! SARIF by its published schema, and what code scanning makes of ours.

use super::write;
use crate::model::report::Report;
use crate::report::View;
use crate::report::sample::{arbitrary, reports::*, snapshots};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::LazyLock;

static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemas/sarif-2.1.0.json"));
    let schema: Value = serde_json::from_str(text).expect("JSON");
    jsonschema::validator_for(&schema).expect("a schema")
});

fn sarif(report: &Report, view: &View) -> Value {
    let mut out = Vec::new();
    write(report, view, &mut out).expect("writing to memory");
    let value: Value = serde_json::from_slice(&out).expect("JSON");
    let errors: Vec<String> = SCHEMA.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    value
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_report_is_valid(mut report in arbitrary::report(), include_passed: bool) {
        report.run.started = "2026-01-02T03:04:05Z".into();
        let findings: usize = report.verdicts.iter().map(|v| v.findings.len()).sum();
        let value = sarif(&report, &View { include_passed, ..View::default() });
        let results = value["runs"][0]["results"].as_array().expect("results");
        prop_assert_eq!(results.iter().filter(|r| r["kind"] == "fail").count(), findings);
        prop_assert_eq!(&value["runs"][0]["invocations"][0]["executionSuccessful"], &json!(!report.is_incomplete()));
    }
}

#[test]
fn a_bad_pod() {
    let value = sarif(&baseline(), &View::default());
    let run = &value["runs"][0];
    let result = &run["results"][0];
    let region = &result["locations"][0]["physicalLocation"]["region"];
    assert_eq!(region, &json!({"startLine": 14, "startColumn": 21, "endLine": 14, "endColumn": 25}));
    assert_eq!(result["baselineState"], "unchanged");
    assert_eq!(run["results"][1]["baselineState"], "new");
    let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().expect("an index") as usize];
    assert_eq!(rule["id"], result["ruleId"]);
    assert_eq!(rule["properties"]["security-severity"], "9.5");
    assert_eq!(result["partialFingerprints"]["kubeAudit/v1"].as_str().map(str::len), Some(64));
    let text = serde_json::to_string_pretty(&run["results"]).expect("JSON");
    snapshots().bind(|| insta::assert_snapshot!("bad_pod_sarif_results", text));
}

#[test]
fn passes_are_listed_on_request() {
    let kinds = |include_passed| {
        let value = sarif(&mixed(), &View { include_passed, ..View::default() });
        let results = value["runs"][0]["results"].as_array().expect("results").clone();
        let count = |kind: &str| results.iter().filter(|r| r["kind"] == kind).count();
        (count("fail"), count("pass"), count("open"))
    };
    assert_eq!(kinds(false), (3, 0, 0));
    assert_eq!(kinds(true), (3, 30, 3));
}

#[test]
fn waivers_suppress() {
    let value = sarif(&waived(), &View::default());
    let results = value["runs"][0]["results"].as_array().expect("results");
    let kinds: Vec<&Value> = results.iter().filter_map(|r| r["suppressions"][0].get("kind")).collect();
    assert_eq!(kinds, ["external", "inSource"]);
    let notes = &value["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    let ids: Vec<&str> =
        notes.as_array().expect("a list").iter().filter_map(|n| n["descriptor"]["id"].as_str()).collect();
    assert_eq!(ids, ["check-error", "waiver/expired", "waiver/unused"]);
}

#[test]
fn gaps_are_no_clean_bill() {
    let value = sarif(&only_gaps(), &View::default());
    let invocation = &value["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["toolExecutionNotifications"][0]["level"], "error");
    let value = sarif(&cluster(), &View::default());
    let notes = value["runs"][0]["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(notes.contains("not assessed on 3 objects: reading networking.k8s.io/NetworkPolicy was denied"), "{notes}");
    let location = &value["runs"][0]["results"][0]["locations"][0];
    assert_eq!(location["logicalLocations"][0]["fullyQualifiedName"], "ClusterRoleBinding/anonymous-view");
    assert!(location.get("physicalLocation").is_none());
}

#[test]
fn paths_are_uris_and_braces_are_text() {
    let uri = |path: &str| super::artifact(path, None).uri.into_owned();
    assert_eq!(uri("a b/ü%#.yaml"), "a%20b/%C3%BC%25%23.yaml");
    assert_eq!(uri("/etc/x.yaml"), "file:///etc/x.yaml");
    assert_eq!(uri("dir\\x.yaml"), "dir/x.yaml");
    assert_eq!(uri("-"), "stdin");
    let message = |text: &'static str| super::Message::from(text).text.into_owned();
    assert_eq!(message("{0} {a} {12}} {"), "{{0}} {a} {{12}}} {");
    assert_eq!(message("plain"), "plain");
}

//! Reports of kubesec itself, taken apart and written again.
//!
//! `golden/*.json` is the standard output of kubesec v2.14.2 with the rule files of commit d3f6a0d2b03f.

use super::{BENCHMARK, write};
use crate::model::benchmark::Rule;
use crate::model::check::Severity;
use crate::model::report::{BenchmarkResult, Report};
use crate::report::View;
use crate::report::sample::{Sample, at};
use serde_json::Value;

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

/// The report and the rules that must give this output.
fn take_apart(golden: &str) -> (Report, Vec<Rule>) {
    let elements: Vec<Value> = serde_json::from_str(golden).expect("JSON");
    let mut s = Sample::new("scan", "x");
    let mut rules: Vec<Rule> = Vec::new();
    let mut verdicts = Vec::new();
    for e in &elements {
        let (kind, name) = e["object"].as_str().and_then(|o| o.split_once('/')).expect("kind/name");
        let (name, namespace) = name.split_once('.').expect("name.namespace");
        let name = if name == "undefined" { "" } else { name };
        let namespace = if namespace == "default" { "" } else { namespace };
        let object = s.object(&text(e, "fileName"), 1, kind, namespace, name);
        let mut entries = Vec::new();
        for list in ["critical", "passed", "advise"] {
            for entry in e["scoring"][list].as_array().into_iter().flatten() {
                entries.push((entry.clone(), list != "advise"));
            }
        }
        if !text(e, "message").contains("not supported") {
            // A rule that applies and is not matched leaves no trace.
            entries.push((serde_json::json!({"id": "Unseen", "points": -1}), false));
        }
        for (entry, matched) in entries {
            let id = text(&entry, "id");
            let known = rules.iter().position(|r| r.id == id).unwrap_or_else(|| {
                s.check(&id, Severity::Info, "", "");
                rules.push(Rule {
                    check: id.clone(),
                    id,
                    selector: text(&entry, "selector"),
                    reason: text(&entry, "reason"),
                    kinds: vec![],
                    href: None,
                    points: entry["points"].as_i64().expect("points") as i32,
                });
                rules.len() - 1
            });
            rules[known].kinds.push(kind.to_owned());
            s.verdict(known as u32, object, if matched { vec![at("/x", "matched")] } else { vec![] });
        }
    }
    verdicts.append(&mut s.report.verdicts);
    let mut report = s.report;
    report.benchmarks.push(BenchmarkResult {
        id: BENCHMARK.into(),
        title: "".into(),
        version: "".into(),
        controls: vec![],
        results: verdicts,
        enforceable: vec![],
    });
    if rules.is_empty() {
        rule_of_another_kind(&mut rules);
    }
    // The order of the rules is not that of the output.
    rules.sort_by(|a, b| b.id.cmp(&a.id));
    (report, rules)
}

/// A rule for a kind that no golden report has.
fn rule_of_another_kind(rules: &mut Vec<Rule>) {
    let text = String::new;
    let rule = Rule {
        id: text(),
        check: text(),
        selector: text(),
        reason: text(),
        kinds: vec!["Other".to_owned()],
        href: None,
        points: 1,
    };
    rules.push(rule);
}

fn kubesec(report: &Report, rules: &[Rule]) -> std::io::Result<String> {
    let mut out = Vec::new();
    write(report, &View { rules: rules.to_vec(), ..View::default() }, &mut out)?;
    Ok(String::from_utf8(out).expect("UTF-8"))
}

#[test]
fn writes_what_kubesec_writes() {
    for golden in [
        include_str!("golden/02.json"),
        include_str!("golden/04.json"),
        include_str!("golden/05.json"),
        include_str!("golden/37.json"),
        include_str!("golden/44.json"),
        include_str!("golden/45.json"),
        include_str!("golden/46.json"),
        include_str!("golden/49.json"),
    ] {
        let (report, rules) = take_apart(golden);
        assert_eq!(kubesec(&report, &rules).expect("a report"), golden);
    }
}

#[test]
fn escapes_as_go_does() {
    let (mut report, rules) = take_apart(include_str!("golden/44.json"));
    report.objects[0].id.name = "a<b>&\u{2028}ü\"".into();
    let text = kubesec(&report, &rules).expect("a report");
    assert!(text.contains("Job/a\\u003cb\\u003e\\u0026\\u2028ü\\\"."), "{text}");
}

#[test]
fn what_is_unknown_is_not_valid() {
    let (mut report, rules) = take_apart(include_str!("golden/44.json"));
    report.benchmarks[0].results[0].errors.push("boom".into());
    report.gaps.push(crate::model::inventory::Gap {
        what: "b.yaml".into(),
        reason: "syntax".into(),
        detail: "bad".into(),
        line: 0,
        column: 0,
        excerpt: "".into(),
    });
    let text = kubesec(&report, &rules).expect("a report");
    let elements: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    assert_eq!(elements.len(), 2);
    assert!(elements.iter().all(|e| e["valid"] == false && e["score"] == 0));
    assert_eq!(elements[1]["fileName"], "b.yaml");
}

#[test]
fn needs_its_benchmark() {
    let error = kubesec(&Report::default(), &[]).expect_err("no benchmark").to_string();
    assert!(error.contains("run the audit itself with -o kubesec"), "{error}");
    let (report, _) = take_apart(include_str!("golden/44.json"));
    assert!(kubesec(&report, &[]).expect_err("no rules").to_string().contains("rules"));
}

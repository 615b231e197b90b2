//! `audit checks` as a person meets it: reading ours, writing one's own.
#![allow(clippy::unwrap_used, missing_docs)]

use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;
use tempfile::TempDir;

fn run(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("audit"));
    let output = command.current_dir(dir).arg("checks").args(args).output().unwrap();
    let text = |b: Vec<u8>| String::from_utf8(b).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn list_filters_and_refuses_what_can_never_fit() {
    let dir = TempDir::new().unwrap();
    let ids = |args: &[&str]| -> Vec<String> {
        let (code, out, err) = run(dir.path(), &[&["list", "-o", "json"], args].concat());
        assert_eq!(code, 0, "{args:?}: {err}");
        let rows: Vec<Value> = serde_json::from_str(&out).unwrap();
        rows.iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect()
    };
    let all = ids(&[]);
    assert!(all.len() > 100);
    let critical = ids(&["--severity", "critical"]);
    assert!(critical.contains(&"privileged-container".to_owned()) && critical.len() < all.len());
    assert!(ids(&["--kind", "CronJob"]).contains(&"host-pid".to_owned()));
    assert!(!ids(&["--kind", "Service"]).contains(&"host-pid".to_owned()));
    assert!(ids(&["--tag", "pss-baseline"]).iter().all(|id| id.starts_with("pss-")));
    assert!(ids(&["--scope", "cluster"]).len() < 100);
    assert_eq!(ids(&["process", "namespace", "--group", "workload", "--scope", "pod"]), {
        let mut found = ids(&["process", "namespace"]);
        found.retain(|id| ids(&["--group", "workload", "--scope", "pod"]).contains(id));
        found
    });
    let (code, _, err) = run(dir.path(), &["list", "--group", "worklod"]);
    assert_eq!(code, 2);
    assert!(err.contains("did you mean \"workload\""), "{err}");
    let (_, table, _) = run(dir.path(), &["list"]);
    assert_eq!(table.lines().count(), all.len() + 1, "one line each when nobody watches");
}

#[test]
fn explain_tells_everything() {
    let dir = TempDir::new().unwrap();
    let (code, out, _) = run(dir.path(), &["explain", "host-pid"]);
    assert_eq!(code, 0);
    for part in [
        "Why it matters",
        "How to fix it",
        "Bad",
        "Good",
        "hostPID: true",
        "-> /spec/hostPID: hostPID is true",
        "kind: Pod",
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
    let (code, _, err) = run(dir.path(), &["explain", "host-pdi"]);
    assert_eq!(code, 2);
    assert!(err.contains("did you mean \"host-pid\""), "{err}");
    let (_, out, _) = run(dir.path(), &["explain", "host-pid", "-o", "json"]);
    let explained: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(explained[0]["reads"], serde_json::json!(["input.pod.spec.hostPID"]));
}

#[test]
fn a_check_of_ones_own_from_scaffold_to_scan() {
    let dir = TempDir::new().unwrap();
    for scope in ["container", "pod", "object", "cluster"] {
        let (code, _, err) = run(dir.path(), &["new", &format!("team/of-{scope}"), "--scope", scope]);
        assert_eq!(code, 0, "{err}");
    }
    let (code, out, _) = run(dir.path(), &["lint", "policies"]);
    assert_eq!((code, out.as_str()), (0, "4 checks, no problems\n"));
    let (code, out, _) = run(dir.path(), &["test", "policies"]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("4 checks, 12 cases, 4 failures"), "{out}");
    assert!(out.contains("policies/team/of-pod.yaml:2: of-pod"), "{out}");
    let (code, _, err) = run(dir.path(), &["new", "team/of-pod"]);
    assert_eq!(code, 2);
    assert!(err.contains("exists already"), "{err}");

    let rego = dir.path().join("policies/team/of-pod.rego");
    std::fs::write(&rego, std::fs::read_to_string(&rego).unwrap().replace("replaceMe", "hostPID")).unwrap();
    let cases = "cases:\n- name: set\n  pod: {hostPID: true}\n  at: [/spec/hostPID]\n- name: not set\n  pod: {hostPID: false}\n";
    std::fs::write(dir.path().join("policies/team/of-pod.yaml"), cases).unwrap();
    let (code, out, _) = run(dir.path(), &["test", "policies", "of-pod"]);
    assert_eq!(code, 0, "{out}");
    let (code, out, _) = run(dir.path(), &["test", "policies", "of-pod", "--mutate"]);
    assert_eq!(code, 0, "{out}");
    std::fs::write(
        dir.path().join("pod.yaml"),
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostPID: true, containers: []}\n",
    )
    .unwrap();
    let mut scan = Command::new(assert_cmd::cargo::cargo_bin!("audit"));
    scan.current_dir(dir.path()).args([
        "scan",
        "pod.yaml",
        "--no-config",
        "--policy",
        "policies",
        "--check",
        "of-pod",
        "--fail-on",
        "medium",
    ]);
    let output = scan.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("of-pod"));
}

#[test]
fn lint_names_file_and_line() {
    let dir = TempDir::new().unwrap();
    run(dir.path(), &["new", "team/broken"]);
    let rego = dir.path().join("policies/team/broken.rego");
    let text = std::fs::read_to_string(&rego)
        .unwrap()
        .replace("severity: medium", "sevrity: medium")
        .replace(".replaceMe == true", ".replaceMe == strtswith(\"a\", \"b\")");
    std::fs::write(&rego, text).unwrap();
    let (code, out, _) = run(dir.path(), &["lint", "policies"]);
    assert_eq!(code, 1);
    assert!(out.contains("policies/team/broken.rego:6: unknown key \"sevrity\""), "{out}");
    let (_, out, _) = run(dir.path(), &["lint", "policies", "-o", "json"]);
    let linted: Value = serde_json::from_str(&out).unwrap();
    assert!(!linted["problems"].as_array().unwrap().is_empty());
    let (code, _, err) = run(dir.path(), &["lint", "nowhere"]);
    assert_eq!(code, 2);
    assert!(err.contains("cannot read nowhere: it does not exist"), "{err}");
}

#[test]
fn mutation_finds_what_no_case_notices() {
    let dir = TempDir::new().unwrap();
    run(dir.path(), &["new", "team/weak", "--scope", "pod"]);
    let rego = dir.path().join("policies/team/weak.rego");
    let text = std::fs::read_to_string(&rego).unwrap();
    let rule = text.find("deny contains").unwrap();
    let weak = format!(
        "{}deny contains {{\"path\": \"/spec/hostPID\", \"msg\": \"hostPID is true\"}} if {{\n\tinput.pod.spec.hostPID == true\n\tinput.name != \"exempt\"\n}}\n",
        &text[..rule]
    );
    std::fs::write(&rego, weak).unwrap();
    let cases = "cases:\n- name: set\n  pod: {hostPID: true}\n  at: [/spec/hostPID]\n- name: unset\n  pod: {}\n";
    std::fs::write(dir.path().join("policies/team/weak.yaml"), cases).unwrap();
    let (code, out, _) = run(dir.path(), &["test", "policies", "--mutate"]);
    assert_eq!(code, 1, "{out}");
    let line = rule_line(&rego, "exempt");
    assert!(
        out.contains(&format!(
            "policies/team/weak.rego:{line}: weak: no case notices: `input.name != \"exempt\"` became `true`"
        )),
        "{out}"
    );
    assert!(!out.contains("hostPID == true` became `true`"), "{out}");
}

fn rule_line(file: &Path, text: &str) -> usize {
    std::fs::read_to_string(file).unwrap().lines().position(|l| l.contains(text)).unwrap() + 1
}

#[test]
fn documentation_is_current_or_it_says_so() {
    let dir = TempDir::new().unwrap();
    assert_eq!(run(dir.path(), &["docs", "--check"]).0, 1, "nothing is there yet");
    assert_eq!(run(dir.path(), &["docs"]).0, 0);
    assert_eq!(run(dir.path(), &["docs", "--check"]).0, 0);
    std::fs::write(dir.path().join("docs/checks/gone.md"), "old").unwrap();
    let (code, _, err) = run(dir.path(), &["docs", "--check"]);
    assert_eq!(code, 1);
    assert!(err.contains("gone.md: not current"), "{err}");
    let index = std::fs::read_to_string(dir.path().join("docs/checks/README.md")).unwrap();
    assert!(index.contains("[host-pid](host-pid.md)"));
}

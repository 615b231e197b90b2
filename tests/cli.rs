//! The command line as a person meets it: help, exit codes, formats, settings, checks of one's own.
#![allow(clippy::unwrap_used, missing_docs)]

use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;
use tempfile::TempDir;

fn audit(dir: &Path) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("audit"));
    command.current_dir(dir);
    for (name, _) in std::env::vars().filter(|(n, _)| n.starts_with("AUDIT_")) {
        command.env_remove(name);
    }
    command
}

/// Runs and gives exit code, standard output, standard error.
fn run(dir: &Path, args: &[&str]) -> (i32, String, String) {
    let output = audit(dir).args(args).output().unwrap();
    let text = |b: Vec<u8>| String::from_utf8(b).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn json(dir: &Path, args: &[&str]) -> Value {
    let (_, out, err) = run(dir, args);
    serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out} {err}"))
}

fn examples() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/examples"))
}

const POD: &str = "apiVersion: v1
kind: Pod
metadata: {name: app, namespace: web}
spec:
  hostPID: true
  containers:
  - name: app
    image: registry.example.com/app:1.0
";

fn with(files: &[(&str, &str)]) -> TempDir {
    let dir = TempDir::new().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    dir
}

#[test]
fn help_tells_what_to_do_next() {
    let dir = with(&[]);
    for args in [
        &["--help"][..],
        &["scan", "--help"],
        &["checks", "--help"],
        &["checks", "test", "--help"],
        &["report", "--help"],
    ] {
        let (code, out, _) = run(dir.path(), args);
        assert_eq!(code, 0, "{args:?}");
        assert!(out.contains("Examples:"), "{args:?}: {out}");
        assert!(out.lines().all(|l| l.chars().count() <= 120), "{args:?}");
    }
    let (code, _, err) = run(dir.path(), &["scna"]);
    assert_eq!(code, 2);
    assert!(err.contains("scan"), "{err}");
    assert_eq!(run(dir.path(), &["--version"]).0, 0);
}

#[test]
fn exit_codes() {
    let dir = with(&[("pod.yaml", POD), ("broken.yaml", "a: [\n"), ("audit.yaml", "fail-on: critical\n")]);
    let code = |args: &[&str]| run(dir.path(), args).0;
    assert_eq!(code(&["scan", "pod.yaml", "--no-config"]), 1, "high is the default");
    assert_eq!(code(&["scan", "pod.yaml"]), 0, "the settings file says critical");
    assert_eq!(code(&["scan", "pod.yaml", "--fail-on", "high"]), 1, "a flag wins over the file");
    assert_eq!(code(&["scan", "pod.yaml", "--no-config", "--fail-on", "never"]), 0);
    assert_eq!(code(&["scan", "pod.yaml", "broken.yaml"]), 2, "incomplete");
    assert_eq!(code(&["scan", "pod.yaml", "broken.yaml", "--allow-incomplete"]), 0);
    assert_eq!(code(&["scan", "pod.yaml", "broken.yaml", "--no-config"]), 1, "a failure outranks a gap");
    assert_eq!(code(&["scan", "--no-such-flag"]), 2);
    assert_eq!(code(&["scan", "pod.yaml", "--no-config", "--severity", "low"]), 1, "what is shown decides nothing");
}

#[test]
fn variables_stand_for_flags() {
    let dir = with(&[("pod.yaml", POD)]);
    let code = |name: &str, value: &str, args: &[&str]| {
        audit(dir.path()).env(name, value).args(args).output().unwrap().status.code().unwrap()
    };
    let scan = ["scan", "pod.yaml", "--no-config", "-q"];
    assert_eq!(code("AUDIT_FAIL_ON", "critical", &scan), 0);
    assert_eq!(code("AUDIT_FAIL_ON", "", &scan), 1, "empty is not set");
    assert_eq!(code("AUDIT_FAIL_ON", "critical", &["scan", "pod.yaml", "-q", "--no-config", "--fail-on", "high"]), 1);
    assert_eq!(
        code(
            "AUDIT_SKIP",
            "host-pid,run-as-non-root,seccomp-profile-missing",
            &["scan", "pod.yaml", "-q", "--no-config"]
        ),
        0
    );
    assert_eq!(code("AUDIT_NO_CONFIG", "1", &["scan", "pod.yaml", "-q"]), 1);
    assert_eq!(code("AUDIT_CHECKS_SEVERITY", "nonsense", &["checks", "list"]), 2);
    assert_eq!(code("AUDIT_SEVERITY", "nonsense", &["checks", "list"]), 0, "another command's variable");
}

#[test]
fn every_format_is_written_to_a_file_too() {
    let dir = with(&[("pod.yaml", POD)]);
    for format in ["table", "json", "yaml", "sarif", "junit", "markdown", "html", "kubesec"] {
        let args = ["scan", "pod.yaml", "--no-config", "--fail-on", "never", "--at", "2026-01-01", "-o", format];
        let (code, out, err) = run(dir.path(), &args);
        assert_eq!((code, err.as_str()), (0, ""), "{format}");
        assert!(out.contains("app"), "{format}: {out}");
        let (code, shown, _) = run(dir.path(), &[&args[..], &["--output", "report"]].concat());
        assert_eq!((code, shown.as_str()), (0, ""), "{format}");
        assert!(std::fs::read_to_string(dir.path().join("report")).unwrap().contains("app"), "{format}");
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2, "no part is left behind");
}

#[test]
fn checks_are_selected_by_any_name() {
    let dir = with(&[("pod.yaml", POD)]);
    let ids = |args: &[&str]| -> Vec<String> {
        let args = [&["scan", "pod.yaml", "--no-config", "-o", "json", "--include-passed"], args].concat();
        let report = json(dir.path(), &args);
        report["results"].as_array().unwrap().iter().map(|r| r["check"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&["--check", "host-pid"]), ["host-pid"]);
    assert_eq!(ids(&["--check", "workload/host-pid,host-ipc"]), ["host-ipc", "host-pid"]);
    assert!(!ids(&["--skip", "host-pid"]).contains(&"host-pid".to_owned()));
    let group = ids(&["--group", "workload"]);
    assert_eq!(group, ids(&["--check", "workload/*"]).into_iter().filter(|i| group.contains(i)).collect::<Vec<_>>());
    let (code, _, err) = run(dir.path(), &["scan", "pod.yaml", "--no-config", "--check", "host-pdi"]);
    assert_eq!(code, 2);
    assert!(err.contains("host-pdi") && err.contains("did you mean `host-pid`"), "{err}");
}

#[test]
fn a_benchmark_runs_its_own_checks() {
    let dir = with(&[("pod.yaml", POD)]);
    let report = json(dir.path(), &["scan", "pod.yaml", "--no-config", "-o", "json", "--benchmark", "pss-baseline"]);
    let benchmark = &report["benchmarks"][0];
    assert_eq!(benchmark["id"], "pss-baseline");
    let failed = |c: &&Value| c["status"] == "fail";
    assert!(benchmark["controls"].as_array().unwrap().iter().any(|c| failed(&c)), "{benchmark}");
    assert!(!report["results"].as_array().unwrap().iter().any(|r| r["check"].as_str().unwrap().starts_with("pss-")));
}

#[test]
fn kubesec_ends_like_kubesec() {
    let good = examples().join("well-configured/service.yaml");
    let dir = with(&[("pod.yaml", POD)]);
    let (code, out, err) = run(dir.path(), &["scan", "pod.yaml", "--no-config", "-o", "kubesec", "--kubesec-exit"]);
    assert_eq!(code, 2, "{out}{err}");
    let elements: Value = serde_json::from_str(&out).unwrap();
    assert!(elements[0]["score"].as_i64().unwrap() <= 0);
    let (code, ..) = run(dir.path(), &["scan", good.to_str().unwrap(), "--no-config", "--kubesec-exit"]);
    assert_eq!(code, 2, "only with its format");
}

#[test]
fn stored_reports_are_shown_and_compared() {
    let fixed = POD.replace("  hostPID: true\n", "");
    let dir = with(&[("pod.yaml", POD)]);
    run(dir.path(), &["scan", "pod.yaml", "--no-config", "-o", "json", "--output", "old.json"]);
    std::fs::write(dir.path().join("pod.yaml"), fixed).unwrap();
    run(dir.path(), &["scan", "pod.yaml", "--no-config", "-o", "json", "--output", "new.json"]);
    for format in ["table", "json", "sarif", "html", "markdown", "junit", "yaml"] {
        let (code, out, _) = run(dir.path(), &["report", "old.json", "-o", format]);
        assert_eq!(code, 0, "{format}");
        assert!(out.contains("host-pid"), "{format}: {out}");
    }
    assert_eq!(run(dir.path(), &["report", "old.json", "--fail-on", "high"]).0, 1);
    let (code, out, _) = run(dir.path(), &["report", "old.json", "new.json"]);
    assert_eq!(code, 0);
    assert!(out.contains("1 fixed"), "{out}");
    assert_eq!(
        run(dir.path(), &["report", "new.json", "old.json", "--fail-on", "high"]).0,
        1,
        "the other way it is new"
    );
    let (code, _, err) = run(dir.path(), &["report", "pod.yaml"]);
    assert_eq!(code, 2);
    assert!(err.contains("pod.yaml: not a JSON report"), "{err}");
}

#[test]
fn a_baseline_leaves_what_is_known() {
    let dir = with(&[("pod.yaml", POD)]);
    run(dir.path(), &["scan", "pod.yaml", "--no-config", "-o", "json", "--output", "base.json"]);
    let moved = format!("# a line more\n{}", POD.replace("  hostPID: true\n", "  hostPID: true\n  hostIPC: true\n"));
    std::fs::write(dir.path().join("pod.yaml"), POD.replace("kind: Pod", "# moved\nkind: Pod")).unwrap();
    assert_eq!(run(dir.path(), &["scan", "pod.yaml", "--no-config", "--baseline", "base.json"]).0, 0, "nothing is new");
    std::fs::write(dir.path().join("pod.yaml"), moved).unwrap();
    let (code, out, _) = run(dir.path(), &["scan", "pod.yaml", "--no-config", "--baseline", "base.json"]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("host-ipc"), "{out}");
}

#[test]
fn waivers_and_settings_of_checks() {
    let waived =
        POD.replace("hostPID: true", "hostPID: true # kube-audit: ignore=host-pid reason=\"it is the debugger\"");
    let settings = "checks:\n- id: run-as-non-root\n  severity: low\n- id: host-pid\n  match: {names: [other]}\n  enabled: false\n";
    let dir = with(&[("pod.yaml", &waived), ("audit.yaml", settings)]);
    assert_eq!(run(dir.path(), &["scan", "pod.yaml"]).0, 0);
    assert_eq!(run(dir.path(), &["scan", "pod.yaml", "--no-inline-waivers"]).0, 1);
    let report = json(dir.path(), &["scan", "pod.yaml", "-o", "json"]);
    let of = |id: &str| report["results"].as_array().unwrap().iter().find(|r| r["check"] == id).cloned().unwrap();
    assert_eq!(of("host-pid")["outcome"], "waived");
    assert_eq!(of("run-as-non-root")["findings"][0]["severity"], "low");
}

#[test]
fn parse_shows_what_kubernetes_reads() {
    let dir = with(&[("a.yaml", "hostPID: yes\nmode: 0644\n---\n- 1\n---\na: [\n"), ("pod.yaml", POD)]);
    let (code, out, err) = run(dir.path(), &["parse", "a.yaml"]);
    assert_eq!(code, 2);
    let lines: Vec<Value> = out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines[0], serde_json::json!({"hostPID": true, "mode": 420}));
    assert!(err.contains("a.yaml"), "{err}");
    let (code, out, _) = run(dir.path(), &["parse", "pod.yaml", "--policy-input"]);
    assert_eq!(code, 0);
    let scopes: Vec<Value> = out.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()["scope"].clone()).collect();
    assert_eq!(scopes, ["object", "pod", "container"]);
}

#[test]
fn source_lines_are_shown_on_a_wide_terminal() {
    let dir = with(&[("pod.yaml", POD)]);
    if Command::new("script").arg("--version").output().is_err() {
        return;
    }
    let bin = assert_cmd::cargo::cargo_bin!("audit");
    for (columns, wide) in [(120, true), (80, false)] {
        for input in ["pod.yaml", "- < pod.yaml"] {
            let inner =
                format!("stty cols {columns} rows 40; {} scan --no-config --color never {input}", bin.display());
            let output =
                Command::new("script").args(["-qec", &inner, "/dev/null"]).current_dir(dir.path()).output().unwrap();
            let text = String::from_utf8_lossy(&output.stdout);
            assert_eq!(text.contains("^^^^"), wide, "{columns} columns, {input}: {text}");
            assert!(text.lines().all(|l| l.trim_end().chars().count() <= columns), "{columns} columns: {text}");
        }
    }
}

#[test]
fn the_examples_are_what_they_say() {
    let (code, out, _) = run(examples(), &["scan", "pod.yaml", "--no-config"]);
    assert_eq!(code, 1);
    assert!(out.contains("privileged-container"));
    for complete in ["--complete=false", "--complete=true"] {
        let (code, out, err) = run(
            examples(),
            &["scan", "well-configured", "--no-config", "--at", "2026-01-01", "--fail-on", "info", complete],
        );
        assert_eq!(code, 0, "{complete}: {out}{err}");
        assert!(out.contains("nothing failed"), "{complete}: {out}");
    }
}

/// Controls of the NSA and CISA guidance: number of each status, and the failed ones.
fn nsa(paths: &[&str]) -> (std::collections::BTreeMap<String, usize>, Vec<String>) {
    let mut args = vec!["scan", "--no-config", "--benchmark", "nsa", "--at", "2026-01-01", "-o", "json"];
    args.extend(paths);
    let report = json(examples(), &args);
    let mut count = std::collections::BTreeMap::new();
    let mut failed = Vec::new();
    let benchmark = report["benchmarks"].as_array().unwrap().iter().find(|b| b["id"] == "nsa").unwrap();
    for control in benchmark["controls"].as_array().unwrap() {
        let status = control["status"].as_str().unwrap().to_owned();
        if status == "fail" {
            failed.push(control["id"].as_str().unwrap().to_owned());
        }
        *count.entry(status).or_insert(0) += 1;
    }
    (count, failed)
}

#[test]
fn the_hardening_guidance_is_a_benchmark() {
    let (bad, failed) = nsa(&["pod.yaml"]);
    assert!(failed.iter().any(|c| c == "pod-security/privileged"), "{failed:?}");
    assert!(failed.iter().any(|c| c == "pod-security/immutable-filesystem"), "{failed:?}");
    assert!(bad["manual"] > 3 && bad["not-assessed"] > 3, "{bad:?}");
    let (good, failed) = nsa(&["well-configured", "--complete"]);
    assert_eq!(failed, Vec::<String>::new());
    assert!(good["pass"] >= 20, "{good:?}");
}
